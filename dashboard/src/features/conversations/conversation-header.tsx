import { CircleSlash, ExternalLink, PanelRight, Pause, Play } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router';

import { pathOf } from '../../lib/paths.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button, ButtonAnchor } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { usePage } from './page-context.ts';
import { useSteer, type Verb } from './queries.ts';
import { finishingWords, titleOf } from './words.ts';

interface HeaderProps {
  temporalUrl: string | null;
  /** Shows what stands at the side, where there is no room for it. */
  onDetails: () => void;
}

/** Which conversation this is, how it stands, and what can be done with it. */
export function ConversationHeader({ temporalUrl, onDetails }: HeaderProps) {
  const { conversation, mayConverse } = usePage();
  const { circleId, circleName, agentId, agentName, openTurns, status, statusReason } = conversation;
  const heading = useRef<HTMLHeadingElement>(null);
  const wasOpen = useRef(status !== 'ended');
  useEffect(() => {
    // What ended it is gone, and the field with it: the keyboard goes on from the top of the conversation.
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (wasOpen.current && status === 'ended' && lost) heading.current?.focus();
    wasOpen.current = status !== 'ended';
  }, [status]);
  const speaking = openTurns.filter((turn) => turn.status === 'running').map((turn) => turn.agentName);
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2 sm:px-5">
      <div className="min-w-0 flex-1 basis-60">
        <h1
          ref={heading}
          tabIndex={-1}
          className="truncate text-base font-semibold outline-none"
          title={titleOf(conversation)}
        >
          {titleOf(conversation)}
        </h1>
        <p className="flex flex-wrap items-center gap-x-3 text-sm text-ink-2">
          <span role="status" className="flex items-center gap-x-2">
            <StatusLabel status={status} />
            {status === 'running' && speaking.length > 0 && (
              <span className="truncate">{speakingWords(speaking)}</span>
            )}
            {status === 'paused' && statusReason !== 'budget' && openTurns.length > 0 && (
              <span>{finishingWords(openTurns)}</span>
            )}
          </span>
          {circleId !== null && (
            <Link to={pathOf.circle(circleId)} className="truncate rounded-sm hover:text-ink hover:underline">
              {circleName}
            </Link>
          )}
          {agentId !== null && circleId === null && (
            <Link to={pathOf.agent(agentId)} className="truncate rounded-sm hover:text-ink hover:underline">
              {agentName}
            </Link>
          )}
        </p>
      </div>
      <div className="flex items-center gap-1.5">
        {temporalUrl !== null && (
          <ButtonAnchor variant="quiet" href={temporalUrl} className="max-xl:hidden">
            Temporal Web UI <ExternalLink aria-hidden />
          </ButtonAnchor>
        )}
        {mayConverse && <PauseOrResume />}
        {mayConverse && <EndConversation />}
        <Button variant="quiet" iconOnly aria-label="Details" className="lg:hidden" onClick={onDetails}>
          <PanelRight aria-hidden />
        </Button>
      </div>
    </header>
  );
}

const speakingWords = (names: readonly string[]): string =>
  names.length > 2
    ? `${names.length} agents speak`
    : `${names.join(' and ')} ${names.length === 1 ? 'speaks' : 'speak'}`;

function useAsk() {
  const { conversation } = usePage();
  const steer = useSteer(conversation.id);
  const ask = (verb: Verb) =>
    steer.mutate(verb, {
      onError: toastFailure,
    });
  return { ask, pending: steer.isPending };
}

/** Pausing needs no question: nothing is lost by it, and it can be undone. */
function PauseOrResume() {
  const { conversation } = usePage();
  const { ask, pending } = useAsk();
  const paused = conversation.status === 'paused';
  const Icon = paused ? Play : Pause;
  return (
    <Button
      variant={paused ? 'primary' : 'plain'}
      // A disabled button would lose the focus.
      aria-disabled={pending}
      title={paused ? undefined : 'What is being said is finished; nobody else begins until it is resumed'}
      onClick={() => {
        if (!pending) ask(paused ? 'resume' : 'pause');
      }}
    >
      <Icon aria-hidden /> {paused ? 'Resume' : 'Pause'}
    </Button>
  );
}

function EndConversation() {
  const { ask, pending } = useAsk();
  return (
    <Confirm
      trigger={
        <Button variant="danger" disabled={pending}>
          <CircleSlash aria-hidden /> End
        </Button>
      }
      title="End this conversation?"
      confirm="End conversation"
      keep="Keep it open"
      onConfirm={() => ask('end')}
    >
      Whoever speaks is stopped, and nobody can write here any more. Everything that was said stays readable.
    </Confirm>
  );
}
