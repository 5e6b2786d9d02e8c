import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import type { Approval } from '../../../../contracts/approval.ts';
import { useApi, useUser } from '../../lib/services.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { TimeAgo, TimeLeft } from '../../ui/time.tsx';
import { ValueView } from '../../ui/value-view.tsx';
import { DecideForm } from './decide-form.tsx';
import { Decisions, Quorum } from './decisions.tsx';
import { approvalQuery } from './queries.ts';
import { subjectOf } from './subject.ts';
import { isBudget, lookOf, timeoutWords, whyNot } from './words.ts';

/** One question to people: what it is about, who decided what, and the decision itself for whom it waits for. `inPlace`: it is shown where it was asked. */
export function DecisionCard({ id, inPlace = false }: { id: string; inPlace?: boolean }) {
  const api = useApi();
  const { data: approval, error, refetch } = useQuery(approvalQuery(api, id));
  if (approval === undefined)
    return error === null ? (
      <SkeletonRows rows={5} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );
  return (
    <article aria-label={approval.title} className="flex min-w-0 flex-col gap-5">
      <CardHeader approval={approval} inPlace={inPlace} />
      {approval.instructions !== undefined && <Markdown>{approval.instructions}</Markdown>}
      {approval.canDecide ? (
        <DecideForm
          key={approval.id}
          approval={approval}
          quiet={inPlace && approval.conversationId !== undefined}
        />
      ) : (
        <LookOn approval={approval} inPlace={inPlace} />
      )}
      <Decisions approval={approval} />
    </article>
  );
}

function CardHeader({ approval, inPlace }: { approval: Approval; inPlace: boolean }) {
  const { status, title, createdAt, expiresAt, onTimeout } = approval;
  const subject = subjectOf(approval);
  return (
    <header>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-lg font-semibold break-words">{title}</h2>
        {!(inPlace && status === 'pending' && approval.conversationId !== undefined) && (
          <span role="status">
            <StatusLabel status={lookOf(status)} />
          </span>
        )}
      </div>
      <p className="mt-1 flex flex-wrap gap-x-1.5 text-sm text-ink-2">
        {!inPlace && (
          <span>
            <Link to={subject.to} className="text-accent underline underline-offset-2">
              {subject.name}
            </Link>{' '}
            asked
          </span>
        )}
        <span>
          {inPlace && 'Asked '}
          <TimeAgo at={createdAt} />
        </span>
        {status === 'pending' && expiresAt !== null && (
          <span>
            · <TimeLeft until={expiresAt} /> left; then {timeoutWords(onTimeout)}
          </span>
        )}
        {approval.escalatedAt !== null && <span>· others have been asked too</span>}
      </p>
      <Quorum approval={approval} />
    </header>
  );
}

/** For whom it does not wait: what it is about, and why there is nothing to press. */
function LookOn({ approval, inPlace }: { approval: Approval; inPlace: boolean }) {
  const user = useUser();
  const why = whyNot(approval, user?.email);
  return (
    <>
      {approval.value !== undefined && !isBudget(approval) && (
        <ValueView label="To be decided on" value={approval.value} />
      )}
      {why !== '' && <p className="rounded-panel bg-sunken px-4 py-3 text-ink-2">{why}</p>}
      {approval.status !== 'pending' && !inPlace && (
        <p className="text-ink-2">
          <Link to={subjectOf(approval).whole} className="text-accent underline underline-offset-2">
            See how the {subjectOf(approval).kind} went on
          </Link>
        </p>
      )}
    </>
  );
}
