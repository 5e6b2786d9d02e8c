import { CirclePause, CircleSlash, Wallet } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'react-router';

import { TYPING_LASTS_MS } from '../../../../contracts/event.ts';
import { useNow } from '../../lib/clock.ts';
import { pathOf } from '../../lib/paths.ts';
import { usePage } from './page-context.ts';
import { useTyping } from './typing.ts';
import { finishingWords, reasonWords, speaks } from './words.ts';

/** What stands below the last message: why nobody speaks, and who is about to. */
export function TranscriptFoot() {
  const { conversation, mayConverse } = usePage();
  const { status, statusReason, openTurns, circleId } = conversation;
  const nobody = circleId !== null && !conversation.members.some(speaks);
  // With one agent an exchange is a question and its answer: that it is over needs no words.
  const why = conversation.circleId === null && status === 'idle' ? undefined : reasonWords(conversation);
  const budget = statusReason === 'budget';
  const Icon = budget ? Wallet : status === 'ended' ? CircleSlash : CirclePause;
  return (
    <div className="mx-auto w-full max-w-3xl px-4 pb-4 text-sm text-ink-2 sm:px-7">
      {status === 'paused' && (
        <p className="flex items-start gap-2">
          <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>
            {budget
              ? why
              : `Paused. ${openTurns.length > 0 ? finishingWords(openTurns) : 'Nobody speaks'} until it is resumed.`}
          </span>
        </p>
      )}
      {status === 'ended' && (
        <p className="flex items-start gap-2">
          <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>This conversation has ended. {why}</span>
        </p>
      )}
      {nobody && status !== 'ended' && (
        <p>
          No agent in this circle may speak, so nobody answers.{' '}
          <Link to={pathOf.circle(circleId)} className="text-accent underline underline-offset-2">
            Add an agent
          </Link>
        </p>
      )}
      {!nobody && status === 'idle' && (why !== undefined || mayConverse) && (
        <p>
          {why}{' '}
          {mayConverse &&
            (conversation.messages > 0 ? 'Write something to go on.' : 'Write the first message.')}
        </p>
      )}
      {!nobody && status === 'running' && openTurns.length === 0 && (
        <p role="status">Choosing who speaks next …</p>
      )}
      <TypingPeople conversationId={conversation.id} />
    </div>
  );
}

function TypingPeople({ conversationId }: { conversationId: string }) {
  const heard = useTyping((state) => state.people[conversationId]);
  const now = useNow(heard === undefined || heard.length === 0 ? null : 1_000);
  const names = useMemo(
    () => (heard ?? []).filter(({ at }) => now - at < TYPING_LASTS_MS).map(({ name }) => name),
    [heard, now],
  );
  if (names.length === 0) return null;
  return (
    <p role="status">
      {names.join(' and ')} {names.length === 1 ? 'is' : 'are'} typing …
    </p>
  );
}
