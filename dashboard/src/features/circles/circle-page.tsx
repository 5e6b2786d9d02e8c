import { useQuery } from '@tanstack/react-query';
import { Lock, MessageSquarePlus, Pencil, Plus } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Outlet, useParams } from 'react-router';

import type { Circle } from '../../../../contracts/circle.ts';
import { MODES } from '../../lib/conversation-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader, Panel } from '../../ui/panel.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { ADD_MEMBER } from './add-member.tsx';
import { Members } from './members.tsx';
import { circleQuery } from './queries.ts';

/** One circle: who is in it, and what it talks about. */
export function CirclePage({ conversations }: { conversations: (circle: Circle) => ReactNode }) {
  const { circleId = '' } = useParams();
  const api = useApi();
  const { data: circle, error, refetch } = useQuery(circleQuery(api, circleId));
  return (
    <Page crumbs={[{ label: 'Circles', to: pathOf.circles }, { label: circle?.name ?? 'Circle' }]}>
      {circle !== undefined ? (
        <OneCircle circle={circle} conversations={conversations(circle)} />
      ) : error === null ? (
        <SkeletonRows />
      ) : (
        <ErrorState
          error={error}
          onRetry={() => void refetch()}
          action={<ButtonLink to={pathOf.circles}>All circles</ButtonLink>}
        />
      )}
      <Outlet />
    </Page>
  );
}

function OneCircle({ circle, conversations }: { circle: Circle; conversations: ReactNode }) {
  const mayConverse = useMay('conversations:converse');
  const mayEdit = useMay('circles:update');
  const canAnswer = circle.members.some(({ kind, role }) => kind === 'agent' && role !== 'observer');
  const whyNot = useId();
  return (
    <>
      <PageHeader
        title={circle.name}
        description={
          <>
            {circle.description !== '' && <p>{circle.description}</p>}
            <p className="mt-1 flex flex-wrap items-center gap-x-3 text-sm">
              <span>
                <span className="font-medium text-ink">{MODES[circle.mode].label}.</span>{' '}
                {MODES[circle.mode].explained}
              </span>
              {circle.visibility === 'members' && (
                <span className="flex items-center gap-1">
                  <Lock className="size-3.5" aria-hidden /> Members alone see it
                </span>
              )}
            </p>
          </>
        }
        actions={
          <>
            {mayEdit && (
              <ButtonLink to={pathOf.editCircle(circle.id)}>
                <Pencil aria-hidden /> Edit circle
              </ButtonLink>
            )}
            {mayConverse && !canAnswer && (
              <>
                <span id={whyNot} className="self-center text-sm text-ink-2">
                  Add an agent first
                </span>
                {mayEdit && (
                  <Button onClick={() => document.getElementById(ADD_MEMBER)?.focus()}>
                    <Plus aria-hidden /> Add an agent
                  </Button>
                )}
                <Button variant="primary" disabled aria-describedby={whyNot}>
                  <MessageSquarePlus aria-hidden /> Start conversation
                </Button>
              </>
            )}
            {mayConverse && canAnswer && (
              <ButtonLink variant="primary" to={pathOf.newConversation({ circle: circle.id })}>
                <MessageSquarePlus aria-hidden /> Start conversation
              </ButtonLink>
            )}
          </>
        }
      />
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_400px]">
        <section aria-label="Conversations" className="min-w-0">
          <h2 className="mb-1 text-sm font-semibold">Conversations</h2>
          {conversations}
        </section>
        <Panel title="Members">
          <Members circle={circle} />
        </Panel>
      </div>
    </>
  );
}
