import { useQuery } from '@tanstack/react-query';
import { type SyntheticEvent, useId, useState } from 'react';
import { toast } from 'sonner';

import { MemoryScopeKind } from '../../../../contracts/agent.ts';
import type { MemoryRetention } from '../../../../contracts/memory.ts';
import { SCOPES } from '../../lib/memory-words.ts';
import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { retentionQuery, useChangeRetention } from './queries.ts';
import { draftOf, type RetentionErrors, retentionsOf } from './retention-draft.ts';
import { useBackToList } from './use-back-to-list.ts';

/** How long, and how much, is remembered; for administrators. */
export function RetentionDrawer() {
  const close = useBackToList();
  const { data, error, refetch } = useQuery(retentionQuery(useApi()));
  if (data !== undefined) return <RetentionForm retentions={data} onClose={close} />;
  return (
    <Drawer title="Retention" onClose={close}>
      {error === null ? (
        <SkeletonRows rows={4} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </Drawer>
  );
}

interface RetentionFormProps {
  retentions: readonly MemoryRetention[];
  onClose: () => void;
}

function RetentionForm({ retentions, onClose }: RetentionFormProps) {
  const form = useId();
  const [begun] = useState(() => draftOf(retentions));
  const [draft, setDraft] = useState(begun);
  const [errors, setErrors] = useState<RetentionErrors>({});
  const change = useChangeRetention(() => {
    toast.success('Saved. What is too old or too much goes within the hour.');
    onClose();
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const read = retentionsOf(draft);
    setErrors(read.ok ? {} : read.errors);
    if (read.ok) change.mutate(read.retentions);
  };
  const set = (kind: MemoryScopeKind, changed: Partial<(typeof draft)[MemoryScopeKind]>) =>
    setDraft((held) => ({ ...held, [kind]: { ...held[kind], ...changed } }));
  return (
    <Drawer
      title="Retention"
      subtitle={<p className="text-sm text-ink-2">How long, and how much, is remembered.</p>}
      onClose={onClose}
      footer={
        <div className="flex items-center justify-end gap-2">
          <Button onClick={onClose}>{draft === begun ? 'Cancel' : 'Discard changes'}</Button>
          <Button type="submit" form={form} variant="primary" disabled={change.isPending}>
            Save
          </Button>
        </div>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-6">
        {change.error !== null && <ErrorState error={change.error} />}
        <p className="text-sm text-ink-2">
          Where there is too much, the least important and oldest goes first. Blocks are kept always.
        </p>
        {MemoryScopeKind.options.map((kind) => (
          <fieldset key={kind}>
            <legend className="mb-1.5 text-sm font-semibold">{SCOPES[kind].plural}</legend>
            <div className="grid grid-cols-2 gap-3">
              <Field label="Days at most" optional error={errors[kind]?.days}>
                {(control) => (
                  <Input
                    {...control}
                    inputMode="numeric"
                    className="tabular"
                    placeholder="For ever"
                    value={draft[kind].days}
                    onChange={({ target }) => set(kind, { days: target.value })}
                  />
                )}
              </Field>
              <Field
                label={kind === 'global' ? 'Memories at most' : 'Memories at most, in each'}
                error={errors[kind]?.items}
              >
                {(control) => (
                  <Input
                    {...control}
                    inputMode="numeric"
                    className="tabular"
                    value={draft[kind].items}
                    onChange={({ target }) => set(kind, { items: target.value })}
                  />
                )}
              </Field>
            </div>
          </fieldset>
        ))}
      </form>
    </Drawer>
  );
}
