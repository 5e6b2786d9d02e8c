import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';

import type { Conversation, Message } from '../../../../contracts/conversation.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi, useUser } from '../../lib/services.tsx';
import { toastFailure } from '../../lib/toast-failure.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Composer } from './composer.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import { PageProvider } from './page-context.ts';
import { conversationQuery, useChangeConversation } from './queries.ts';
import { SidePanel } from './side-panel.tsx';
import { Transcript } from './transcript.tsx';
import { useLastOwn } from './use-last-own.ts';
import { useLiveConversation } from './use-live-conversation.ts';
import { titleOf } from './words.ts';

interface ConversationPageProps {
  /** The question to people that a tool call waits for. */
  approval: (approvalId: string) => ReactNode;
  /** Other questions of the conversation, such as for a larger budget. */
  approvals: (conversation: Conversation) => ReactNode;
  temporalUrlOf: (workflowId: string) => string | null;
}

/** One conversation, live: what was said and is being said, and where a person speaks. */
export function ConversationPage(props: ConversationPageProps) {
  const { conversationId = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery(conversationQuery(api, conversationId));
  useLiveConversation(data);
  const crumbs = [
    { label: 'Conversations', to: pathOf.conversations },
    { label: data === undefined ? 'Conversation' : titleOf(data) },
  ] as const;
  return (
    <Page crumbs={crumbs} full>
      {data !== undefined ? (
        <Talk key={data.id} conversation={data} {...props} />
      ) : (
        <div className="p-5">
          {error === null ? (
            <SkeletonRows rows={8} />
          ) : (
            <ErrorState
              error={error}
              onRetry={() => void refetch()}
              action={<ButtonLink to={pathOf.conversations}>All conversations</ButtonLink>}
            />
          )}
        </div>
      )}
    </Page>
  );
}

function Talk({
  conversation,
  approval,
  approvals,
  temporalUrlOf,
}: ConversationPageProps & { conversation: Conversation }) {
  const userId = useUser()?.id ?? '';
  const mayConverse = useMayConverse(conversation, userId);
  const [editing, setEditing] = useState<string | null>(null);
  const [details, setDetails] = useState(false);
  const [putBack, setPutBack] = useState({ text: '', times: 0 });
  const { branch, focus, switchTo } = useBranchShown(conversation, mayConverse);
  const page = useMemo(
    () => ({ conversation, branch, mayConverse, userId, editing, edit: setEditing, switchTo, approval }),
    [conversation, branch, mayConverse, userId, editing, switchTo, approval],
  );
  const field = useRef<HTMLTextAreaElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    // The field for the edit is gone: one writes on below.
    if (wasEditing.current && editing === null) field.current?.focus();
    wasEditing.current = editing !== null;
  }, [editing]);
  const lastOwn = useLastOwn(conversation.id, branch, userId);
  const editLast = () => {
    const message: Message | undefined = lastOwn();
    if (message !== undefined) setEditing(message.id);
  };
  return (
    <PageProvider value={page}>
      <div className="flex h-full min-h-0">
        <div className="flex min-w-0 flex-1 flex-col">
          <ConversationHeader
            temporalUrl={temporalUrlOf(conversation.workflowId)}
            onDetails={() => setDetails(true)}
          />
          <Transcript
            focus={focus}
            onPutBack={(text) => setPutBack(({ times }) => ({ text, times: times + 1 }))}
          />
          <div className="mx-auto w-full max-w-3xl px-2 pb-3 sm:px-4">
            {approvals(conversation)}
            {mayConverse ? (
              <Composer onEditLast={editLast} putBack={putBack} field={field} />
            ) : (
              <WhyNot conversation={conversation} />
            )}
          </div>
        </div>
        <aside
          aria-label="Details"
          className="hidden w-72 shrink-0 overflow-y-auto border-l border-line bg-canvas p-4 lg:block"
        >
          <SidePanel />
        </aside>
      </div>
      {details && (
        <Drawer title="Details" onClose={() => setDetails(false)}>
          <SidePanel />
        </Drawer>
      )}
    </PageProvider>
  );
}

function useMayConverse({ status, members }: Conversation, userId: string): boolean {
  const allowed = useMay('conversations:converse');
  const observes = members.some(({ id, role }) => id === userId && role === 'observer');
  return allowed && !observes && status !== 'ended';
}

/** The message that the address points at. */
function pointedAt(search: URLSearchParams): number | null {
  const sequence = Number(search.get('message') ?? 0);
  return Number.isInteger(sequence) && sequence > 0 ? sequence : null;
}

/** The branch that it goes on with; who may not choose that can look at another one, by the address. */
function useBranchShown(conversation: Conversation, mayConverse: boolean) {
  const [search, setSearch] = useSearchParams();
  const [focus, setFocus] = useState<number | null>(() => pointedAt(search));
  const change = useChangeConversation(conversation.id);
  const wanted = Number(search.get('branch') ?? Number.NaN);
  const known = conversation.branches.some(({ branch }) => branch === wanted);
  const branch = known && !mayConverse ? wanted : conversation.branch;
  const { mutate } = change;
  const switchTo = useMemo(
    () => (next: number, sequence: number) => {
      setFocus(sequence);
      if (!mayConverse) setSearch({ branch: String(next) }, { replace: true });
      else
        mutate(
          { branch: next },
          {
            onError: toastFailure,
          },
        );
    },
    [mayConverse, mutate, setSearch],
  );
  return { branch, focus, switchTo };
}

/** In place of the field, for whom there is none. */
function WhyNot({ conversation }: { conversation: Conversation }) {
  const mayConverse = useMay('conversations:converse');
  const partner =
    conversation.circleId !== null
      ? { circle: conversation.circleId }
      : conversation.agentId !== null
        ? { agent: conversation.agentId }
        : {};
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-panel bg-sunken px-4 py-3 text-sm text-ink-2">
      <p className="min-w-0 flex-1">
        {conversation.status === 'ended'
          ? 'Nobody can write here any more.'
          : 'You read along here: writing needs another role.'}
      </p>
      {conversation.status === 'ended' && mayConverse && (
        <ButtonLink to={pathOf.newConversation(partner)}>Start another</ButtonLink>
      )}
    </div>
  );
}
