import { CIRCUIT_OPEN, FailureType } from '../../../../contracts/failure.ts';

interface Advice {
  /** What went wrong, as the end of the sentence "<node> failed: …". */
  what: string;
  /** What a person can do about it. */
  advice: string;
}

const ADVICE: Record<FailureType, Advice> = {
  InvalidInput: {
    what: 'what it was given is not valid',
    advice: 'Look at its input and expressions. Correct the pipeline or the run’s input, then run it again.',
  },
  NotAuthenticated: {
    what: 'the credentials were refused',
    advice: 'Check the provider’s key or the secret that it uses, then run it again.',
  },
  Forbidden: {
    what: 'it is not allowed to do this',
    advice: 'Check the agent’s tools, and OUTBOUND_ALLOW for private addresses.',
  },
  NotFound: {
    what: 'something that it names does not exist',
    advice: 'Check the address, the agent or the model that it names.',
  },
  Conflict: {
    what: 'the target was in another state than expected',
    advice: 'Look at the target, then run it again.',
  },
  LimitExceeded: {
    what: 'a limit was reached',
    advice: 'Raise the limit of steps, tokens, time or cost, or give it less to do.',
  },
  BadAgentOutput: {
    what: 'the model’s answers did not fit',
    advice: 'Make the prompt clearer, or choose a stronger model.',
  },
  Unavailable: {
    what: 'its target did not answer',
    advice: 'When the target is back, run it again.',
  },
};

/** Types that are none of the table. */
const OTHERS: Record<string, Advice> = {
  [CIRCUIT_OPEN]: {
    what: 'its circuit breaker is open, since its target was unavailable too often in a row',
    advice:
      'Nothing was called. Wait until the trial, or close the breaker when the target is back; then retry from here.',
  },
  TimedOut: {
    what: 'it took longer than it may',
    advice: 'Raise its timeout, or give it less to do, then retry from here.',
  },
};

/** A failure in words: what went wrong and what can be done. */
export function adviceOn(type: string): Advice {
  const known = FailureType.safeParse(type);
  if (known.success) return ADVICE[known.data];
  return OTHERS[type] ?? { what: type, advice: 'Look at its input and attempts, then run it again.' };
}
