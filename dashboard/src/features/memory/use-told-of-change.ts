import { toast } from 'sonner';

import type { Memory } from '../../../../contracts/memory.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { useChangeMemory } from './queries.ts';

/** Says that a memory has been changed, and offers to take it back: one version more, as it was before. */
export function useToldOfChange(): (
  before: Memory,
  saved: Memory,
  onUndone: (saved: Memory) => void,
) => void {
  const { mutateAsync } = useChangeMemory();
  return (before, saved, onUndone) => {
    const { content, importance, tags, expiresAt } = before;
    toast.success('Changed. The version before is kept in its history.', {
      action: {
        label: 'Undo',
        onClick: () =>
          void mutateAsync({ id: saved.id, change: { content, importance, tags, expiresAt } })
            .then(onUndone)
            .catch(toastFailure),
      },
    });
  };
}
