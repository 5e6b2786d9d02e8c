import { oneTransform, pureChain, runToEnd, storePipeline } from '../pipelines.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, formatInterval, median, medianInterval } from '../statistics.ts';

/** Each must be a failed node (or be refused when it is stored), never a stuck worker. */
const HOSTILE: Readonly<Record<string, string>> = {
  'evil regex': '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)',
  'endless recursion': '($f := function($n) { 1 + $f($n + 1) }; $f(0))',
  'endless tail recursion': '($f := function($n) { $f($n + 1) }; $f(0))',
  'range of 10⁷': '$count([1..10000000].($ * 2))',
  'doubling string':
    '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("xxxxxxxxxxxxxxxx", 40))',
  memory: '($f := function($l, $n) { $f([{"a": $l, "b": [1..200000]}], $n + 1) }; $f([], 0))',
  'output of 79 MB': '[1..1000000].("value number " & $string($))',
  constructor: 'input.constructor.constructor("return process")()',
  // Computed: a plain `__proto__` would set this object's prototype, and no bomb would go off.
  ['__proto__']: '$merge([{"__proto__": {"polluted": true}}, {"polluted": nothing}]).polluted',
};
/** On a linear-time engine an evil pattern is an honest one, and what is not there is nothing: these may come to a good end. */
const HARMLESS = new Set(['evil regex', 'constructor', '__proto__']);
const PROBES = 12;
const PAIRS = 7;
const ROUNDS = 5;
const BAR_MS = 100;

/**
 * Runs of a quick pipeline alone, beside each kind of bomb by itself, beside all of them at once, and beside as many ordinary runs started
 * at once: these take their share of the processors too, so only what comes on top of it is the bombs' doing.
 */
export async function hostile({ api, kind }: Stage): Promise<Finding[]> {
  const quick = await storePipeline(api, { ...pureChain(10), name: 'quick' });
  const ordinary = await storePipeline(api, { ...oneTransform, name: 'ordinary' });
  const bombs = await storeBombs(api);
  await probe(api, quick);
  const alone = median(await probe(api, quick));
  const wrong = new Set<string>();
  const goOff = [...bombs].map(([name, id]) => async () => {
    const { status, output, error } = await runToEnd(api, id);
    const line = `${name}: ${status} ${error?.message ?? JSON.stringify(output)}`;
    if (!HARMLESS.has(name) && status !== 'failed') wrong.add(line);
    return line;
  });
  const goOn = [...bombs].map(() => async () => `ordinary: ${(await runToEnd(api, ordinary)).status}`);
  const byKind = new Map<string, number>();
  for (const [name, id] of bombs) byKind.set(name, (await besideOne({ api, quick, bomb: id })) - alone);
  const worst = { bombs: [] as number[], ordinary: [] as number[] };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const order = pair % 2 === 0 ? (['bombs', 'ordinary'] as const) : (['ordinary', 'bombs'] as const);
    for (const company of order) {
      const going = (company === 'bombs' ? goOff : goOn).map((run) => run());
      worst[company].push(Math.max(...(await probe(api, quick))));
      const lines = await Promise.all(going);
      if (pair === 0) process.stderr.write(lines.map((line) => `  ${line}\n`).join(''));
    }
  }
  return findingsOf({ kind, alone, byKind, worst, wrong: wrong.size });
}

/** How long a run takes that starts together with a bomb: the median of some. */
async function besideOne({
  api,
  quick,
  bomb,
}: {
  api: Stage['api'];
  quick: string;
  bomb: string;
}): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const going = runToEnd(api, bomb);
    times.push(...(await probe(api, quick, 1)));
    await going;
  }
  return median(times);
}

/** Those that are not refused, by name. */
async function storeBombs(api: Stage['api']): Promise<Map<string, string>> {
  const bombs = new Map<string, string>();
  for (const [name, expression] of Object.entries(HOSTILE)) {
    const answer = await api.raw('POST', '/pipelines', {
      name: `bomb ${name.replace(/[^a-z ]/g, '')}`,
      nodes: [{ id: 'bomb', type: 'transform', config: { expression } }],
      edges: [],
    });
    const body = (await answer.json()) as { id: string }; // The API's contract.
    if (answer.ok) bombs.set(name, body.id);
  }
  return bombs;
}

function findingsOf({
  kind,
  alone,
  byKind,
  worst,
  wrong,
}: {
  kind: string;
  alone: number;
  byKind: ReadonlyMap<string, number>;
  worst: { bombs: number[]; ordinary: number[] };
  wrong: number;
}): Finding[] {
  const kinds = Object.keys(HOSTILE).length;
  const ofBombs = medianInterval(worst.bombs.map((ms, pair) => ms - (worst.ordinary[pair] ?? Number.NaN)));
  const first = worst.bombs[0] ?? Number.NaN;
  const [slowest = '', delay = Number.NaN] = [...byKind].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return [
    {
      what: `hostile expressions end as failed nodes or are refused (${kind})`,
      bar: 'all',
      measured: `${String(kinds - wrong)} of ${String(kinds)}`,
      met: wrong === 0,
    },
    {
      what: `delay of a run that starts together with a bomb, worst kind (${kind})`,
      bar: `≤ ${String(BAR_MS)} ms`,
      measured: `${format(delay, 0)} ms beside "${slowest}" (median of ${String(ROUNDS)}; alone ${format(alone, 0)} ms)`,
      met: delay <= BAR_MS,
    },
    {
      what: `delay of other runs by ${String(kinds)} bombs at once, beyond that by as many ordinary runs, worst of ${String(PROBES)} (${kind})`,
      bar: `≤ ${String(BAR_MS)} ms`,
      measured: `${formatInterval(ofBombs, 0)} ms, ${String(PAIRS)} pairs (worst ${worst.bombs.map((ms) => format(ms, 0)).join(', ')} ms beside bombs, ${worst.ordinary.map((ms) => format(ms, 0)).join(', ')} ms beside ordinary runs)`,
      met: ofBombs.median <= BAR_MS,
    },
    {
      what: `the same beyond a run alone: ${String(kinds + 1)} runs that start at once (${kind})`,
      bar: 'told',
      measured: `${format(first - alone, 0)} ms (alone ${format(alone, 0)} ms, worst ${format(first, 0)} ms)`,
      met: true,
    },
  ];
}

async function probe(api: Stage['api'], pipeline: string, count = PROBES): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < count; run += 1) {
    const begin = performance.now();
    const ended = await runToEnd(api, pipeline, { start: 0 });
    if (ended.status !== 'completed') throw new Error(`the quick run ${ended.status}`);
    times.push(performance.now() - begin);
  }
  return times;
}
