import { useQuery } from '@tanstack/react-query';

import { PURPOSES } from '../../lib/conversation-words.ts';
import { Markdown } from '../../ui/markdown.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { DurationOf } from '../../ui/time.tsx';
import { BranchSwitcher } from './branch-switcher.tsx';
import type { OpenTurn } from './live-turns.ts';
import { usePage } from './page-context.ts';
import { turnTextsQuery } from './queries.ts';
import { colourOf } from './speakers.ts';
import { Chip, Speech } from './speech.tsx';
import { ToolCalls } from './tool-calls.tsx';

/** A turn that is under way: who speaks, why, what they do and what they have said so far. */
export function TurnView({ turn, sequence }: { turn: OpenTurn; sequence: number }) {
  const { conversation, approval } = usePage();
  const { data: live } = useQuery({
    ...turnTextsQuery(conversation.id),
    select: (texts) => texts[turn.number]?.text,
  });
  const text = live ?? turn.text;
  const purpose = PURPOSES[turn.purpose];
  const asked = turn.toolCalls.flatMap(({ status, approvalId }) =>
    status === 'waiting' && approvalId !== undefined ? [approvalId] : [],
  );
  // It waits for a larger budget; a person's pause lets it come to its end.
  const halted = conversation.status === 'paused' && conversation.statusReason === 'budget';
  const status = halted && turn.status === 'running' ? 'paused' : turn.status;
  const works = turn.toolCalls.some(({ status }) => status === 'running');
  return (
    <Speech
      label={`${turn.agentName}, speaking now`}
      busy
      name={turn.agentName}
      colour={colourOf(conversation, { kind: 'agent', id: turn.agentId })}
      facts={
        <>
          <StatusLabel status={status} attempts={turn.attempts} className="text-xs [&_svg]:size-3.5" />
          {status === 'running' && <DurationOf from={turn.startedAt} to={null} />}
          {purpose !== undefined && <Chip>{purpose}</Chip>}
        </>
      }
      {...(turn.reason !== '' && conversation.circleId !== null && { about: turn.reason })}
    >
      {turn.attempts > 1 && (
        <p className="mb-1 text-sm text-waiting">
          Attempt {turn.attempts}: {turn.error?.message ?? 'the one before failed'}. What it had written is
          void.
        </p>
      )}
      <ToolCalls turn={turn} />
      {text !== '' ? (
        <Markdown>{text}</Markdown>
      ) : (
        status === 'running' && !works && <p className="text-sm text-ink-2">Thinking …</p>
      )}
      {asked.map((id) => (
        // Where the card is taller than the screen, what it asks stays in view.
        <div
          key={id}
          className="mt-2 max-sm:[&_article>header]:sticky max-sm:[&_article>header]:top-0 max-sm:[&_article>header]:z-10 max-sm:[&_article>header]:bg-raised"
        >
          {approval(id)}
        </div>
      ))}
      <BranchSwitcher branch={turn.branch} sequence={sequence} />
    </Speech>
  );
}
