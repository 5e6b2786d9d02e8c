import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { type SyntheticEvent, useId, useRef, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { toast } from 'sonner';

import type { Agent } from '../../../../contracts/agent.ts';
import { ApiFailure, wordsOf } from '../../lib/failure.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { uniqueKey } from '../../lib/unique.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm, Drawer } from '../../ui/dialog.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { type AgentDraft, agentOf, type DraftErrors, draftOf, errorsOf } from './agent-draft.ts';
import { AgentFields } from './agent-fields.tsx';
import { agentQuery, useDeleteAgent, useSaveAgent } from './queries.ts';

/** One agent, read or edited, or a new one. */
export function AgentDrawer() {
  const { agentId } = useParams();
  return agentId === undefined ? <AgentForm agent={null} /> : <KnownAgent id={agentId} />;
}

function KnownAgent({ id }: { id: string }) {
  const api = useApi();
  const close = useClose();
  const { data, error, refetch } = useQuery(agentQuery(api, id));
  if (data !== undefined) return <AgentForm key={data.version} agent={data} />;
  return (
    <Drawer title="Agent" onClose={close}>
      {error === null ? (
        <SkeletonRows rows={5} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </Drawer>
  );
}

function useClose(): () => void {
  const navigate = useNavigate();
  return () => void navigate(pathOf.agents);
}

function AgentForm({ agent }: { agent: Agent | null }) {
  const form = useId();
  const close = useClose();
  const mayEdit = useMay(agent === null ? 'agents:create' : 'agents:update');
  const mayDelete = useMay('agents:delete');
  const save = useSaveAgent(agent, (saved) => {
    toast.success(`${saved.name} is saved. Runs that have begun keep the agent as it was.`);
    close();
  });
  const key = useRef(uniqueKey());
  const [draft, setDraft] = useState<AgentDraft>(() => draftOf(agent));
  const [errors, setErrors] = useState<DraftErrors>({});
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const result = agentOf(draft, agent);
    if (!result.ok) {
      setErrors(result.errors);
      return;
    }
    setErrors({});
    save.mutate(
      { ...result.agent, idempotencyKey: key.current },
      {
        onError: (error) => {
          key.current = uniqueKey();
          if (error instanceof ApiFailure && error.status === 422) setErrors(errorsOf(error.problem.errors));
        },
      },
    );
  };
  const refusedFields = save.error instanceof ApiFailure && save.error.status === 422;
  return (
    <Drawer
      title={agent?.name ?? 'New agent'}
      subtitle={agent !== null && <p className="text-sm text-ink-2">{agent.role}</p>}
      onClose={close}
      footer={
        mayEdit ? (
          <div className="flex items-center justify-end gap-2">
            {agent !== null && mayDelete && <DeleteAgent agent={agent} onDeleted={close} />}
            <Button onClick={close}>Discard changes</Button>
            <Button type="submit" form={form} variant="primary" disabled={save.isPending}>
              {save.isPending ? 'Saving …' : agent === null ? 'Create agent' : 'Save agent'}
            </Button>
          </div>
        ) : undefined
      }
    >
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-5">
        {save.error !== null && !refusedFields && <ErrorState error={save.error} />}
        {errors.general !== undefined && <p className="text-failed">{errors.general}</p>}
        <fieldset disabled={!mayEdit} className="contents">
          <AgentFields
            draft={draft}
            errors={errors}
            onChange={(change) => setDraft((held) => ({ ...held, ...change }))}
          />
        </fieldset>
      </form>
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
          onError: (error) => {
            const { title, detail } = wordsOf(error);
            toast.error(`${title}. ${detail}`);
          },
        })
      }
    >
      Pipelines that name it cannot start runs until they name another one. Runs that have begun go on.
    </Confirm>
  );
}
