import { type SyntheticEvent, useState } from 'react';

import type { Memory } from '../../../../contracts/memory.ts';
import { ApiFailure } from '../../lib/failure.ts';
import { Button } from '../../ui/button.tsx';
import { FieldError } from '../../ui/field.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { changeOf, type DraftErrors, draftOf, errorsOf } from './memory-draft.ts';
import { ContentFields } from './memory-fields.tsx';
import { useChangeMemory } from './queries.ts';
import { useToldOfChange } from './use-told-of-change.ts';

interface EditMemoryProps {
  memory: Memory;
  onSaved: (saved: Memory) => void;
  onClose: () => void;
}

/** Changes a memory where it stands: a new version takes its place, and it stays in the history. */
export function EditMemory({ memory, onSaved, onClose }: EditMemoryProps) {
  const change = useChangeMemory();
  const tell = useToldOfChange();
  const [begun] = useState(() => draftOf(memory));
  const [draft, setDraft] = useState(begun);
  const [errors, setErrors] = useState<DraftErrors>({});
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const changed = changeOf(draft, memory);
    if (Object.keys(changed).length === 0) {
      onClose();
      return;
    }
    if (changed.content === '') {
      setErrors({ content: 'Say something, or forget the memory.' });
      return;
    }
    setErrors({});
    change.mutate(
      { id: memory.id, change: changed },
      {
        onSuccess: (saved) => {
          tell(memory, saved, onSaved);
          onSaved(saved);
        },
        onError: (error) => {
          if (error instanceof ApiFailure && error.status === 422) setErrors(errorsOf(error.problem.errors));
        },
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate aria-label="Edit the memory" className="flex flex-col gap-5">
      {change.error !== null && Object.keys(errors).length === 0 && <ErrorState error={change.error} />}
      {errors.general !== undefined && <FieldError>{errors.general}</FieldError>}
      <ContentFields
        draft={{ ...draft, kind: memory.kind === 'block' ? 'block' : 'fact' }}
        errors={errors}
        onChange={(changed) => setDraft((held) => ({ ...held, ...changed }))}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{draft === begun ? 'Cancel' : 'Discard changes'}</Button>
        <Button type="submit" variant="primary" disabled={change.isPending}>
          {change.isPending ? 'Saving …' : 'Save'}
        </Button>
      </div>
    </form>
  );
}
