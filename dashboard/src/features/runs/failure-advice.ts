import { FAILURES, FailureType } from '../../../../contracts/failure.ts';

const ADVICE: Record<FailureType, string> = {
  InvalidInput:
    'Look at the rendered input below and at the node’s expressions. Correct the pipeline or the input, then run it again.',
  NotAuthenticated:
    'The target refused the credentials. Check the provider’s key or the secret that this node uses.',
  Forbidden:
    'What this node wanted is not allowed. Check the agent’s tools, and OUTBOUND_ALLOW for private addresses.',
  NotFound: 'What this node names does not exist. Check the address, the agent or the model that it names.',
  Conflict: 'The target was in another state than expected. Look at it, then run again.',
  LimitExceeded:
    'A limit of steps, tokens, time or cost was reached. Raise the agent’s limits or give it less to do.',
  BadAgentOutput:
    'The model’s answer did not fit, each time. Make the prompt clearer, or choose a stronger model.',
  Unavailable: 'The target did not answer, each time. When it is back, run again.',
};

/** A failure's title and what a person can do about it. */
export function adviceOn(type: string): { title: string; advice: string } {
  const known = FailureType.safeParse(type);
  if (!known.success)
    return { title: type, advice: 'Look at the input and the attempts below, then run again.' };
  return { title: FAILURES[known.data].title, advice: ADVICE[known.data] };
}
