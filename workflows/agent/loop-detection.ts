/** How often in a row the same tool calls are taken as work; the next time the model is told, then the turn fails. */
export const REPEATS_TOLERATED = 2;

export interface LoopState {
  signature: string;
  repeats: number;
  warned: boolean;
}

export const NO_LOOP: LoopState = { signature: '', repeats: 0, warned: false };

export type LoopVerdict = 'run' | 'warn' | 'fail';

/**
 * Judges the tool calls of one step: the same calls with the same arguments for the third time in a row are a loop.
 * The model is warned once a turn (`warn`: the calls are answered, not run); looping on, or again, is `fail`.
 * @param signatures one for each call, equal for equal names and arguments; their order does not matter
 */
export function detectLoop(
  state: LoopState,
  signatures: readonly string[],
): { state: LoopState; verdict: LoopVerdict } {
  const signature = signatures.toSorted().join('\n');
  const repeats = signature === state.signature ? state.repeats + 1 : 1;
  if (repeats <= REPEATS_TOLERATED)
    return { state: { signature, repeats, warned: state.warned }, verdict: 'run' };
  return { state: { signature, repeats, warned: true }, verdict: state.warned ? 'fail' : 'warn' };
}
