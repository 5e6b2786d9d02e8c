import type { Fact } from '../../contracts/event.ts';
import type { Failure } from '../../contracts/failure.ts';
import { failedOutcome } from '../../contracts/graph/index.ts';
import type { Json } from '../../contracts/json.ts';
import { type FactSubject, nodeFact } from '../../contracts/node-facts.ts';
import type { OnError } from '../../contracts/plan.ts';

/** A node's failure for good, with what the nodes behind it read where its run goes on: null, or the error itself. */
export function failedFact(
  subject: FactSubject,
  onError: OnError,
  error: Failure,
  input?: Json,
): Extract<Fact, { type: 'node.failed' }> {
  const { port } = failedOutcome('', subject.kind, onError);
  const { type, message } = error;
  return nodeFact(subject, 'node.failed', {
    error,
    ...(input === undefined ? {} : { input }),
    ...(port === undefined ? {} : { port, output: onError === 'route' ? { type, message } : null }),
  });
}
