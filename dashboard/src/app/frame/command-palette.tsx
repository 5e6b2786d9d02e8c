import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import {
  LogOut,
  type LucideIcon,
  MessageSquarePlus,
  Monitor,
  Moon,
  Play,
  Sun,
  UsersRound,
  Waypoints,
} from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { isAllowed } from '../../../../contracts/policy.ts';
import { recentConversationsQuery } from '../../features/conversations/queries.ts';
import { titleOf } from '../../features/conversations/words.ts';
import { pipelinesQuery } from '../../features/pipelines/queries.ts';
import { recentRunsQuery } from '../../features/runs/queries.ts';
import { shortId } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { circlesQuery, rosterQuery } from '../../lib/roster.ts';
import { useServices, useUser } from '../../lib/services.tsx';
import { StatusIcon } from '../../ui/status.tsx';
import { AREAS } from '../areas.ts';
import { useSignOut } from './sign-out.ts';

export function CommandPalette({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="animate-fade fixed inset-0 z-50 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          data-modal
          className="animate-fade fixed top-[12vh] left-1/2 z-50 w-[min(560px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-panel border border-line bg-raised shadow-float"
        >
          <Dialog.Title className="sr-only">Search or do</Dialog.Title>
          <Palette onDone={() => onOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState('');
  const { api, theme } = useServices();
  const user = useUser();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { data: pipelines } = useQuery(pipelinesQuery(api));
  const { data: runs } = useQuery(recentRunsQuery(api));
  const { data: circles } = useQuery(circlesQuery(api));
  const { data: agents } = useQuery(rosterQuery(api));
  const { data: conversations } = useQuery(recentConversationsQuery(api));
  const go = (to: string) => () => {
    onDone();
    void navigate(to);
  };
  const act = (action: () => void) => () => {
    onDone();
    action();
  };
  const { choose } = theme.getState();
  const areas = AREAS.filter((area) => user !== null && isAllowed(user.role, area.permission));
  const mayStart = user !== null && isAllowed(user.role, 'runs:start');
  const mayConverse = user !== null && isAllowed(user.role, 'conversations:converse');
  return (
    <Command label="Search or do" loop>
      <Command.Input
        autoFocus
        value={text}
        onValueChange={setText}
        placeholder="Search pages, pipelines, runs, commands"
        className="h-12 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-ink-3"
      />
      <Command.List className="max-h-[min(420px,60vh)] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-ink-2">
          Nothing is called “{text}”.
        </Command.Empty>
        {mayStart && (
          <Group heading="Start a run">
            {pipelines?.items.map(({ id, name }) => (
              <Item
                key={id}
                icon={Play}
                value={`start ${name}`}
                onSelect={go(pathOf.startRun(id))}
                label={`Start ${name}`}
              />
            ))}
          </Group>
        )}
        {mayConverse && (
          <Group heading="Start a conversation">
            {circles?.items.map(({ id, name }) => (
              <Item
                key={id}
                icon={MessageSquarePlus}
                value={`talk circle ${name}`}
                onSelect={go(pathOf.newConversation({ circle: id }))}
                label={`Talk with ${name}`}
              />
            ))}
            {agents?.items.map(({ id, name }) => (
              <Item
                key={id}
                icon={MessageSquarePlus}
                value={`talk agent ${name}`}
                onSelect={go(pathOf.newConversation({ agent: id }))}
                label={`Talk with ${name}`}
              />
            ))}
          </Group>
        )}
        <Group heading="Go to">
          {areas.map((area) => (
            <Item
              key={area.to}
              icon={area.icon}
              value={`go ${area.label}`}
              onSelect={go(area.to)}
              label={area.label}
            />
          ))}
          {pipelines?.items.map(({ id, name }) => (
            <Item
              key={id}
              icon={Waypoints}
              value={`pipeline ${name}`}
              onSelect={go(pathOf.pipeline(id))}
              label={name}
            />
          ))}
          {circles?.items.map(({ id, name }) => (
            <Item
              key={id}
              icon={UsersRound}
              value={`circle ${name}`}
              onSelect={go(pathOf.circle(id))}
              label={name}
            />
          ))}
        </Group>
        <Group heading="Recent conversations">
          {conversations?.items.map((conversation) => (
            <Command.Item
              key={conversation.id}
              value={`conversation ${titleOf(conversation)} ${conversation.id}`}
              onSelect={go(pathOf.conversation(conversation.id))}
              className={itemLook}
            >
              <StatusIcon status={conversation.status} label />{' '}
              <span className="min-w-0 truncate">{titleOf(conversation)}</span>
            </Command.Item>
          ))}
        </Group>
        <Group heading="Recent runs">
          {runs?.items.map((run) => (
            <Command.Item
              key={run.id}
              value={`run ${run.pipelineName} ${run.id}`}
              onSelect={go(pathOf.run(run.id))}
              className={itemLook}
            >
              <StatusIcon status={run.status} label /> {run.pipelineName}{' '}
              <span className="mono ml-auto text-ink-3">{shortId(run.id)}</span>
            </Command.Item>
          ))}
        </Group>
        <Group heading="Commands">
          <Item
            icon={Sun}
            value="theme light"
            label="Use the light theme"
            onSelect={act(() => choose('light'))}
          />
          <Item
            icon={Moon}
            value="theme dark"
            label="Use the dark theme"
            onSelect={act(() => choose('dark'))}
          />
          <Item
            icon={Monitor}
            value="theme system"
            label="Use the system's theme"
            onSelect={act(() => choose('system'))}
          />
          <Item icon={LogOut} value="sign out" label="Sign out" onSelect={act(signOut)} />
        </Group>
      </Command.List>
    </Command>
  );
}

const itemLook =
  'flex h-9 cursor-pointer items-center gap-2.5 rounded-input px-2.5 text-sm data-[selected=true]:bg-hover';

function Group({ heading, children }: { heading: string; children: React.ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3"
    >
      {children}
    </Command.Group>
  );
}

function Item({
  icon: Icon,
  label,
  value,
  onSelect,
}: {
  icon: LucideIcon;
  label: string;
  value: string;
  onSelect: () => void;
}) {
  return (
    <Command.Item value={value} onSelect={onSelect} className={itemLook}>
      <Icon className="size-4 shrink-0 text-ink-2" aria-hidden /> {label}
    </Command.Item>
  );
}
