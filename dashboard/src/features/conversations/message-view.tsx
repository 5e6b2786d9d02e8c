import { useQuery } from '@tanstack/react-query';
import { CircleStop, CircleX, Pencil, RefreshCw } from 'lucide-react';

import type { Message, Turn } from '../../../../contracts/conversation.ts';
import { PURPOSES } from '../../lib/conversation-words.ts';
import { costText, counted, durationText } from '../../lib/format.ts';
import { useApi } from '../../lib/services.tsx';
import { toastFailure } from '../../lib/toast-failure.ts';
import { uniqueKey } from '../../lib/unique.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { BranchSwitcher } from './branch-switcher.tsx';
import { citeOf, Sources } from './citations.tsx';
import { EditMessage } from './edit-message.tsx';
import { turnNumberOf } from './live-turns.ts';
import { usePage } from './page-context.ts';
import { chunkOf, turnsQuery, useBranch } from './queries.ts';
import { colourOf } from './speakers.ts';
import { Chip, Speech } from './speech.tsx';
import { ToolCalls } from './tool-calls.tsx';

/** One message, with the turn that it came of. `waits`: a turn that began before it is not over. */
export function MessageView({ message, waits }: { message: Message; waits: boolean }) {
  const { conversation, editing, userId } = usePage();
  const turn = useTurnOf(message);
  const isAgent = message.author.kind === 'agent';
  const purpose = turn === undefined ? undefined : PURPOSES[turn.purpose];
  const isMine = message.author.id === userId;
  const isOfMany = conversation.circleId !== null;
  if (editing === message.id) return <EditMessage message={message} />;
  return (
    <Speech
      label={`${message.author.name}${isMine ? ', you' : ''}`}
      name={message.author.name}
      colour={colourOf(conversation, message.author)}
      facts={
        <>
          {isMine && <span>you</span>}
          <TimeAgo at={message.createdAt} />
          {waits && <Chip>Waits for its turn</Chip>}
          {purpose !== undefined && <Chip>{purpose}</Chip>}
          {turn !== undefined && turn.endedAt !== null && <Spent turn={turn} endedAt={turn.endedAt} />}
        </>
      }
      {...(turn !== undefined && turn.reason !== '' && isOfMany && { about: turn.reason })}
      actions={<MessageActions message={message} isAgent={isAgent} isMine={isMine} />}
    >
      {turn !== undefined && <ToolCalls turn={turn} />}
      {message.content.trim() !== '' && (
        <Markdown cites={message.citations.map(citeOf)}>{message.content}</Markdown>
      )}
      <Sources message={message} />
      <Ending message={message} />
      <BranchSwitcher branch={message.branch} sequence={message.sequence} />
    </Speech>
  );
}

/** What the turn took; there for who looks at the message. */
function Spent({ turn, endedAt }: { turn: Turn; endedAt: string }) {
  return (
    <span className="tabular opacity-0 group-focus-within/speech:opacity-100 group-hover/speech:opacity-100">
      {durationText(Date.parse(endedAt) - Date.parse(turn.startedAt))} ·{' '}
      {counted(turn.usage.inputTokens + turn.usage.outputTokens, 'token')} · {costText(turn.usage.costUsd)}
    </span>
  );
}

function useTurnOf({ conversationId, turnId }: Message) {
  const api = useApi();
  const number = turnId === undefined ? undefined : turnNumberOf(turnId);
  const { data } = useQuery({
    ...turnsQuery(api, conversationId, chunkOf(number ?? 1)),
    enabled: number !== undefined,
    select: (turns) => turns.find((turn) => turn.number === number),
  });
  return number === undefined ? undefined : data;
}

/** That a text is not all of what was to be said, and why. */
function Ending({ message: { status, error, content } }: { message: Message }) {
  if (status === 'completed') return null;
  const nothing = content.trim() === '';
  if (status === 'stopped')
    return (
      <p className="mt-1.5 flex items-start gap-1.5 text-sm text-ink-2">
        <CircleStop className="mt-0.5 size-4 shrink-0" aria-hidden />
        {nothing ? 'Stopped before it said anything.' : 'Stopped here; this is as far as it came.'}
      </p>
    );
  return (
    <p className="mt-1.5 flex items-start gap-1.5 rounded-input bg-failed-wash px-2.5 py-1.5 text-sm">
      <CircleX className="mt-0.5 size-4 shrink-0 text-failed" aria-hidden />
      <span className="min-w-0 break-words">
        <span className="font-medium text-failed">This turn failed.</span>{' '}
        {error?.message ?? 'No reason was given.'}{' '}
        {nothing ? 'Nothing of it is part of the conversation.' : 'What it had written until then is above.'}
      </span>
    </p>
  );
}

interface ActionsProps {
  message: Message;
  isAgent: boolean;
  isMine: boolean;
}

function MessageActions({ message, isAgent, isMine }: ActionsProps) {
  const { mayConverse, edit, conversation } = usePage();
  const branch = useBranch(conversation.id);
  const again = () =>
    branch.mutate(
      { body: { kind: 'regenerate', messageId: message.id }, idempotencyKey: uniqueKey() },
      {
        onError: toastFailure,
      },
    );
  return (
    <>
      {message.content !== '' && <CopyButton iconOnly label="Copy message" text={() => message.content} />}
      {mayConverse && isAgent && (
        <Button
          variant="quiet"
          iconOnly
          aria-label="Answer again"
          title="Answer again, in a new branch"
          disabled={branch.isPending}
          onClick={again}
        >
          <RefreshCw aria-hidden />
        </Button>
      )}
      {mayConverse && isMine && !isAgent && (
        <Button
          variant="quiet"
          iconOnly
          aria-label="Edit message"
          title="Edit, and go on from here in a new branch"
          onClick={() => edit(message.id)}
        >
          <Pencil aria-hidden />
        </Button>
      )}
    </>
  );
}
