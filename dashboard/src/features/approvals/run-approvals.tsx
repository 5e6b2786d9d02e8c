import { useQuery } from '@tanstack/react-query';
import { Hand } from 'lucide-react';

import type { ApprovalSummary } from '../../../../contracts/approval.ts';
import { counted } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { TimeLeft } from '../../ui/time.tsx';
import { DecisionCard } from './decision-card.tsx';
import { runApprovalsQuery } from './queries.ts';
import { subjectOf } from './subject.ts';
import { askedWords, quorumWords, timeoutWords } from './words.ts';

const SHOWN_AT_MOST = 3;

/** What a run waits for people to decide; those that the person can decide come first. */
export function RunApprovals({ runId }: { runId: string }) {
  const { data } = useQuery(runApprovalsQuery(useApi(), runId));
  const pending = (data?.items ?? [])
    .filter(({ status }) => status === 'pending')
    .sort((a, b) => Number(b.canDecide) - Number(a.canDecide));
  if (pending.length === 0) return null;
  const more = pending.length - SHOWN_AT_MOST;
  return (
    <section aria-label="Waiting for people" className="mb-4 flex flex-col gap-2">
      {pending.slice(0, SHOWN_AT_MOST).map((approval) => (
        <WaitingForPeople key={approval.id} approval={approval} />
      ))}
      {more > 0 && (
        <p className="text-sm text-ink-2">And {counted(more, 'more approval')}: see the timeline.</p>
      )}
    </section>
  );
}

function WaitingForPeople({ approval }: { approval: ApprovalSummary }) {
  const { canDecide, title, approvers, quorum, expiresAt, onTimeout, path } = approval;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-panel border border-line bg-waiting-wash p-4">
      <Hand className="size-4 shrink-0 text-waiting" aria-hidden />
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-semibold break-words">{title}</p>
        <p className="mt-0.5 text-sm text-ink-2">
          Waits for {canDecide ? 'you' : askedWords(approvers)}
          {quorum > 1 && ` · ${quorumWords(approval)}`}
          {expiresAt !== null && (
            <>
              {' '}
              · <TimeLeft until={expiresAt} /> left; then {timeoutWords(onTimeout)}
            </>
          )}
        </p>
      </div>
      <ButtonLink
        variant={canDecide ? 'primary' : 'plain'}
        to={path === undefined ? pathOf.approval(approval.id) : subjectOf(approval).to}
      >
        {canDecide ? 'Read and decide' : 'Look at it'}
      </ButtonLink>
    </div>
  );
}

/** The question of one node of a run, once it has been asked. */
export function NodeApproval({ runId, path, iteration }: { runId: string; path: string; iteration: string }) {
  const { data } = useQuery(runApprovalsQuery(useApi(), runId));
  const approval = data?.items.find((item) => item.path === path && item.iteration === iteration);
  return approval === undefined ? null : <DecisionCard key={approval.id} id={approval.id} inPlace />;
}
