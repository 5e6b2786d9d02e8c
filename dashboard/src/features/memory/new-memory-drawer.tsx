import { type SyntheticEvent, useId, useState } from 'react';
import { useSearchParams } from 'react-router';
import { toast } from 'sonner';

import { ApiFailure } from '../../lib/failure.ts';
import { scopeOf } from '../../lib/memory-words.ts';
import { useSubmissionKey } from '../../lib/submission-key.ts';
import { Button } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { FieldError } from '../../ui/field.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { type DraftErrors, draftOf, errorsOf, type MemoryDraft, memoryOf } from './memory-draft.ts';
import { ContentFields, IdentityFields } from './memory-fields.tsx';
import { useRemember } from './queries.ts';
import { useBackToList } from './use-back-to-list.ts';

/** Tells the house something: a fact, or a block. It begins with the scope that the list is narrowed to. */
export function NewMemoryDrawer() {
  const form = useId();
  const close = useBackToList();
  const [search] = useSearchParams();
  const [draft, setDraft] = useState<MemoryDraft>(() => {
    const scope = search.get('scope') ?? '';
    const begun = draftOf(null, scopeOf(scope) === undefined ? 'global' : scope);
    return search.get('view') === 'blocks' ? { ...begun, kind: 'block' } : begun;
  });
  const [errors, setErrors] = useState<DraftErrors>({});
  const remember = useRemember(() => {
    toast.success('It is remembered.');
    close();
  });
  const keyOf = useSubmissionKey();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const result = memoryOf(draft);
    setErrors(result.ok ? {} : result.errors);
    if (!result.ok) return;
    remember.mutate(
      { body: result.memory, idempotencyKey: keyOf(result.memory) },
      {
        onError: (error) => {
          if (error instanceof ApiFailure && error.status === 422) setErrors(errorsOf(error.problem.errors));
        },
      },
    );
  };
  const onChange = (change: Partial<MemoryDraft>) => setDraft((held) => ({ ...held, ...change }));
  return (
    <Drawer
      title={draft.kind === 'block' ? 'New block' : 'New memory'}
      onClose={close}
      footer={
        <div className="flex items-center justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" disabled={remember.isPending}>
            {remember.isPending ? 'Remembering …' : 'Remember'}
          </Button>
        </div>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-5">
        {remember.error !== null && Object.keys(errors).length === 0 && <ErrorState error={remember.error} />}
        {errors.general !== undefined && <FieldError>{errors.general}</FieldError>}
        <ContentFields draft={draft} errors={errors} onChange={onChange}>
          <IdentityFields draft={draft} errors={errors} onChange={onChange} />
        </ContentFields>
      </form>
    </Drawer>
  );
}
