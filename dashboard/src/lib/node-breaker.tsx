import { toast } from 'sonner';

import type { BreakerState } from '../../../contracts/breaker.ts';
import { BreakerFacts } from '../ui/breaker-facts.tsx';
import { useResetBreaker } from './breakers.ts';
import { useMay } from './policy.ts';
import { toastFailure } from './toast-failure.ts';

/** The circuit breaker of a node, if it has one. */
export function NodeBreaker({
  pipelineId,
  breaker,
}: {
  pipelineId: string;
  breaker: BreakerState | undefined;
}) {
  const mayReset = useMay('breakers:reset');
  const reset = useResetBreaker(pipelineId);
  if (breaker === undefined) return null;
  const close = () =>
    reset.mutate(breaker.nodeId, {
      onSuccess: () => toast.success('The breaker is closed: the target is called again.'),
      onError: toastFailure,
    });
  return <BreakerFacts breaker={breaker} busy={reset.isPending} {...(mayReset && { onReset: close })} />;
}
