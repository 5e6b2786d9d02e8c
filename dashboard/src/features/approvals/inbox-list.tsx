import { useRef } from 'react';
import { Link } from 'react-router';

import type { ApprovalSummary } from '../../../../contracts/approval.ts';
import { useHotkey } from '../../lib/hotkey.ts';
import { pathOf } from '../../lib/paths.ts';
import { StatusIcon, statusWord } from '../../ui/status.tsx';
import { TimeAgo, TimeLeft } from '../../ui/time.tsx';
import { searchOf, type Shown } from './shown.ts';
import { subjectOf } from './subject.ts';
import { lookOf, quorumWords } from './words.ts';

interface InboxListProps {
  approvals: readonly ApprovalSummary[];
  /** Id of the one that is looked at. */
  open: string | undefined;
  shown: Shown;
}

/** The questions, newest first: j and k move, Enter opens. */
export function InboxList({ approvals, open, shown }: InboxListProps) {
  const list = useRef<HTMLUListElement>(null);
  const move = (step: number) => {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const focused = links.findIndex((link) => link === document.activeElement);
    const at = focused === -1 ? links.findIndex((link) => link.ariaCurrent === 'true') : focused;
    links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
  };
  useHotkey('j', () => move(1));
  useHotkey('k', () => move(-1));
  return (
    <ul ref={list} aria-label="Approvals" className="flex flex-col gap-0.5">
      {approvals.map((approval) => (
        <li key={approval.id}>
          <Link
            to={`${pathOf.approval(approval.id)}${searchOf(shown)}`}
            {...(approval.id === open && { 'aria-current': 'true' as const })}
            className="flex gap-2.5 rounded-input px-2.5 py-2 hover:bg-hover lg:aria-[current]:bg-selected"
          >
            <StatusIcon status={lookOf(approval.status)} className="mt-0.5" />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{approval.title}</span>
              <span className="sr-only">, {statusWord(lookOf(approval.status))}, </span>
              <span className="flex flex-wrap gap-x-1.5 text-sm text-ink-2">
                <span className="truncate">{subjectOf(approval).name}</span>
                <Moment approval={approval} />
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Moment({ approval }: { approval: ApprovalSummary }) {
  const { status, expiresAt, createdAt, decidedAt, quorum } = approval;
  return (
    <>
      <span>
        · <TimeAgo at={decidedAt ?? createdAt} />
      </span>
      {status === 'pending' && expiresAt !== null && (
        <span className="text-waiting">
          · <TimeLeft until={expiresAt} /> left
        </span>
      )}
      {quorum > 1 && <span>· {quorumWords(approval)}</span>}
    </>
  );
}
