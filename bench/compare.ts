export interface Compared {
  ours: number[];
  byHand: number[];
  /** One a pair. */
  ratios: number[];
}

const WARM_UPS = 2;

/**
 * Measures the product and the same by hand in pairs whose order alternates, after some that do not count.
 * @param ratioOf of what the two measures gave in one pair
 */
export async function inPairs(
  pairs: number,
  measures: { ours: () => Promise<number>; byHand: () => Promise<number> },
  { warmUps = WARM_UPS, onPair }: { warmUps?: number; onPair?: (ours: number, byHand: number) => void } = {},
): Promise<Compared> {
  const compared: Compared = { ours: [], byHand: [], ratios: [] };
  for (let pair = -warmUps; pair < pairs; pair += 1) {
    const oursFirst = pair % 2 === 0;
    const first = oursFirst ? await measures.ours() : await measures.byHand();
    const second = oursFirst ? await measures.byHand() : await measures.ours();
    const [ours, byHand] = oursFirst ? [first, second] : [second, first];
    onPair?.(ours, byHand);
    if (pair < 0) continue;
    compared.ours.push(ours);
    compared.byHand.push(byHand);
    compared.ratios.push(ours / byHand);
  }
  return compared;
}
