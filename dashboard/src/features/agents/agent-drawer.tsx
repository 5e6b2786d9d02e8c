import { useQuery } from '@tanstack/react-query';
import { Download, MessageCircle } from 'lucide-react';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import type { Agent } from '../../../../contracts/agent.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { AgentCosts } from './agent-costs.tsx';
import { type AgentSource, withProvider } from './agent-draft.ts';
import { downloadAgent } from './agent-file.ts';
import { AgentForm } from './agent-form.tsx';
import { AgentSessions } from './agent-sessions.tsx';
import { PersonaGallery } from './persona-gallery.tsx';
import { agentQuery, providersQuery } from './queries.ts';

/** One agent, read or edited, or a new one. */
export function AgentDrawer() {
  const { agentId } = useParams();
  return agentId === undefined ? <NewAgent /> : <KnownAgent id={agentId} />;
}

function NewAgent() {
  const close = useClose();
  const [source, setSource] = useState<AgentSource>();
  const { data: providers = [], isPending } = useQuery(providersQuery(useApi()));
  if (source !== undefined && !isPending)
    return <AgentForm agent={null} source={withProvider(source, providers)} onClose={close} />;
  return (
    <Drawer
      wide
      title="New agent"
      subtitle={<p className="text-sm text-ink-2">Choose whom to begin with; everything can be changed.</p>}
      onClose={close}
    >
      <PersonaGallery onStart={setSource} />
    </Drawer>
  );
}

const VIEWS = ['definition', 'sessions', 'costs'] as const;

function KnownAgent({ id }: { id: string }) {
  const api = useApi();
  const close = useClose();
  const { data, error, refetch } = useQuery(agentQuery(api, id));
  const [search, setSearch] = useSearchParams();
  const view = VIEWS.find((known) => known === search.get('view')) ?? 'definition';
  if (data === undefined)
    return (
      <Drawer wide title="Agent" onClose={close}>
        {error === null ? (
          <SkeletonRows rows={5} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )}
      </Drawer>
    );
  return (
    <AgentForm
      key={data.version}
      agent={data}
      source={data}
      onClose={close}
      actions={<AgentActions agent={data} />}
      isOpen={view === 'definition'}
      frame={(definition) => (
        <Tabs
          label="About the agent"
          open={view}
          onOpen={(opened) => setSearch(opened === 'definition' ? {} : { view: opened }, { replace: true })}
          tabs={[
            { id: 'definition', label: 'Definition', content: definition },
            { id: 'sessions', label: 'Sessions', content: <AgentSessions agentId={data.id} /> },
            { id: 'costs', label: 'Costs', content: <AgentCosts agentId={data.id} /> },
          ]}
        />
      )}
    />
  );
}

function AgentActions({ agent }: { agent: Agent }) {
  const mayTalk = useMay('conversations:converse');
  return (
    <>
      {mayTalk && (
        <ButtonLink to={pathOf.newConversation({ agent: agent.id })}>
          <MessageCircle aria-hidden /> Start chat
        </ButtonLink>
      )}
      <Button
        variant="quiet"
        iconOnly
        aria-label="Download as YAML"
        title="Download as YAML"
        onClick={() => void downloadAgent(agent)}
      >
        <Download aria-hidden />
      </Button>
    </>
  );
}

function useClose(): () => void {
  const navigate = useNavigate();
  return () => void navigate(pathOf.agents);
}
