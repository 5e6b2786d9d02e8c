import type { Json } from '../../contracts/json.ts';
import type { ToolCall } from '../../contracts/model.ts';

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
 * The order of parallel calls and of keys in arguments does not matter, call ids neither.
 */
export function detectLoop(
  state: LoopState,
  calls: readonly ToolCall[],
): { state: LoopState; verdict: LoopVerdict } {
  const signature = signatureOf(calls);
  const repeats = signature === state.signature ? state.repeats + 1 : 1;
  if (repeats <= REPEATS_TOLERATED)
    return { state: { signature, repeats, warned: state.warned }, verdict: 'run' };
  return { state: { signature, repeats, warned: true }, verdict: state.warned ? 'fail' : 'warn' };
}

const signatureOf = (calls: readonly ToolCall[]): string =>
  calls
    .map((call) => `${call.name} ${canonical(call.arguments)} ${call.invalid ?? ''}`)
    .sort()
    .join('\n');

function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}
