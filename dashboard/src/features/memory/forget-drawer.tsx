import { type SyntheticEvent, useId, useState } from 'react';
import { useSearchParams } from 'react-router';
import { toast } from 'sonner';

import { counted } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { Field, Input, Select } from '../../ui/field.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { type ForgetOf, FORGETTING, isForgetOf, useSubjects } from './forgetting.ts';
import { useForgetAll } from './queries.ts';
import { useBackToList } from './use-back-to-list.ts';

/** Forgets everything of one agent, circle, conversation or person. Its name is typed first, since nothing brings it back. */
export function ForgetDrawer() {
  const form = useId();
  const close = useBackToList();
  const [search] = useSearchParams();
  const [kind = '', begun = ''] = (search.get('scope') ?? '').split(':');
  const [of, setOf] = useState<ForgetOf>(isForgetOf(kind) ? kind : 'agent');
  const [id, setId] = useState(begun);
  const [typed, setTyped] = useState('');
  const subjects = useSubjects(of);
  const chosen = subjects.find((subject) => subject.id === id);
  const forget = useForgetAll(({ memories, documents }) => {
    toast.success(
      `Forgotten: ${counted(memories, 'memory', 'memories')} and ${counted(documents, 'document')}.`,
    );
    close();
  });
  const isSure = chosen !== undefined && typed.trim() === chosen.name;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isSure) forget.mutate({ of, id });
  };
  const choose = (next: ForgetOf) => {
    setOf(next);
    setId('');
    setTyped('');
  };
  return (
    <Drawer
      title="Forget everything of …"
      onClose={close}
      footer={
        <div className="flex items-center justify-end gap-2">
          <Button onClick={close}>Keep everything</Button>
          <Button type="submit" form={form} variant="danger" disabled={!isSure || forget.isPending}>
            {forget.isPending ? 'Forgetting …' : 'Forget everything'}
          </Button>
        </div>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-5">
        {forget.error !== null && <ErrorState error={forget.error} />}
        <Field label="Of what" hint={FORGETTING[of].explained}>
          {(control) => (
            <Select
              {...control}
              autoFocus
              value={of}
              onChange={({ target }) => choose(isForgetOf(target.value) ? target.value : 'agent')}
            >
              {Object.entries(FORGETTING).map(([name, { label }]) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={`Which ${FORGETTING[of].label.toLowerCase()}`}>
          {(control) => (
            <Select
              {...control}
              value={chosen === undefined ? '' : id}
              onChange={({ target }) => setId(target.value)}
            >
              <option value="">Choose …</option>
              {subjects.map((subject) => (
                <option key={subject.id} value={subject.id}>
                  {subject.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {chosen !== undefined && (
          <Field
            label={`Type “${chosen.name}” to confirm`}
            hint="It goes for good: facts, episodes, blocks and documents, with their earlier versions. What was said in conversations stays."
          >
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                value={typed}
                onChange={({ target }) => setTyped(target.value)}
              />
            )}
          </Field>
        )}
      </form>
    </Drawer>
  );
}
