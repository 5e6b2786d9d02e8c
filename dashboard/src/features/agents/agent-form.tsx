import { Trash2 } from 'lucide-react';
import { type ReactNode, type SyntheticEvent, useId, useState } from 'react';
import { toast } from 'sonner';

import type { Agent } from '../../../../contracts/agent.ts';
import { ApiFailure } from '../../lib/failure.ts';
import { useMay } from '../../lib/policy.ts';
import { useSubmissionKey } from '../../lib/submission-key.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm, Drawer } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/states.tsx';
import {
  type AgentDraft,
  agentOf,
  type AgentSource,
  type DraftErrors,
  draftOf,
  errorsOf,
} from './agent-draft.ts';
import { AgentFields } from './agent-fields.tsx';
import { useDeleteAgent, useSaveAgent } from './queries.ts';

interface AgentFormProps {
  /** Null for one that is made. */
  agent: Agent | null;
  /** What its draft begins with. */
  source: AgentSource;
  onClose: () => void;
  actions?: ReactNode;
  /** Puts the form among other views of the agent; what was typed is kept while another one is open. */
  frame?: (form: ReactNode) => ReactNode;
  /** Whether the form is the view that is open. */
  isOpen?: boolean;
}

export function AgentForm({
  agent,
  source,
  onClose,
  actions,
  frame = (form) => form,
  isOpen = true,
}: AgentFormProps) {
  const form = useId();
  const mayEdit = useMay(agent === null ? 'agents:create' : 'agents:update');
  const mayDelete = useMay('agents:delete');
  const save = useSaveAgent(agent, (saved) => {
    toast.success(
      `${saved.name} is saved. Runs that have begun keep the agent as it was; conversations go on with it as it is.`,
    );
    onClose();
  });
  const keyOf = useSubmissionKey();
  const [begun] = useState<AgentDraft>(() => draftOf(source));
  const [draft, setDraft] = useState(begun);
  const [errors, setErrors] = useState<DraftErrors>({});
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const result = agentOf(draft, source);
    setErrors(result.ok ? {} : result.errors);
    if (!result.ok) return;
    save.mutate(
      { ...result.agent, idempotencyKey: keyOf(result.agent) },
      {
        onError: (error) => {
          if (error instanceof ApiFailure && error.status === 422) setErrors(errorsOf(error.problem.errors));
        },
      },
    );
  };
  const refusedFields = save.error instanceof ApiFailure && save.error.status === 422;
  return (
    <Drawer
      wide
      title={agent?.name ?? 'New agent'}
      subtitle={agent !== null && <p className="text-sm text-ink-2">{agent.role}</p>}
      actions={actions}
      onClose={onClose}
      footer={
        mayEdit && isOpen ? (
          <div className="flex items-center justify-end gap-2">
            {agent !== null && mayDelete && <DeleteAgent agent={agent} onDeleted={onClose} />}
            <Button onClick={onClose}>{draft === begun ? 'Cancel' : 'Discard changes'}</Button>
            <Button type="submit" form={form} variant="primary" disabled={save.isPending}>
              {save.isPending ? 'Saving …' : agent === null ? 'Create agent' : 'Save agent'}
            </Button>
          </div>
        ) : undefined
      }
    >
      {frame(
        <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-5">
          {save.error !== null && !refusedFields && <ErrorState error={save.error} />}
          {errors.general !== undefined && <p className="text-failed">{errors.general}</p>}
          <fieldset disabled={!mayEdit} className="contents">
            <AgentFields
              isNew={agent === null}
              draft={draft}
              errors={errors}
              onChange={(change) => setDraft((held) => ({ ...held, ...change }))}
            />
          </fieldset>
        </form>,
      )}
    </Drawer>
  );
}

function DeleteAgent({ agent, onDeleted }: { agent: Agent; onDeleted: () => void }) {
  const remove = useDeleteAgent(agent, () => {
    toast.success(`${agent.name} is deleted.`);
    onDeleted();
  });
  return (
    <Confirm
      trigger={
        <Button variant="danger" className="mr-auto" disabled={remove.isPending}>
          <Trash2 aria-hidden /> Delete agent
        </Button>
      }
      title={`Delete ${agent.name}?`}
      confirm="Delete agent"
      keep="Keep it"
      onConfirm={() =>
        remove.mutate(undefined, {
          onError: toastFailure,
        })
      }
    >
      Pipelines that name it cannot start runs until they name another one; runs that have begun go on. It
      leaves its circles and stops speaking in conversations. What it said stays; what it alone recalled is
      forgotten, its documents too.
    </Confirm>
  );
}
