/** Lets at most so many pieces of work go on at the same time; the others wait, first come, first served. */
export function createAtMost(limit: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let underWay = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (underWay >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else underWay += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) underWay -= 1;
      else setImmediate(next); // Whatever else has arrived meanwhile goes first.
    }
  };
}
