import { CircleCheck, CircleX } from 'lucide-react';

import type { Approval, Decision } from '../../../../contracts/approval.ts';
import { TimeAgo } from '../../ui/time.tsx';
import { ValueView } from '../../ui/value-view.tsx';
import { askedWords, quorumWords } from './words.ts';

/** How many have approved of how many that are needed; nothing where one is enough. */
export function Quorum({ approval }: { approval: Approval }) {
  const { quorum, approvals, rejections, approvers } = approval;
  if (quorum === 1) return null;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className="flex gap-1" aria-hidden>
        {Array.from({ length: Math.min(quorum, 12) }, (_, index) => (
          <span
            key={index}
            className={`h-1.5 w-7 rounded-full ${index < approvals ? 'bg-completed' : 'bg-line-strong'}`}
          />
        ))}
      </span>
      <span className="font-medium">
        {quorumWords(approval)}
        {rejections > 0 && `, ${rejections} against`}
      </span>
      <span className="text-ink-2">asked: {askedWords(approvers)}</span>
    </div>
  );
}

/** Who has decided what, oldest first. */
export function Decisions({ approval }: { approval: Approval }) {
  if (approval.decisions.length === 0) return null;
  return (
    <section>
      <h3 className="mb-2 text-sm font-semibold">Decisions</h3>
      <ol className="divide-y divide-line rounded-input border border-line text-sm">
        {approval.decisions.map((decision) => (
          <OneDecision key={decision.by} decision={decision} />
        ))}
      </ol>
    </section>
  );
}

function OneDecision({ decision }: { decision: Decision }) {
  const approves = decision.decision === 'approve';
  const Icon = approves ? CircleCheck : CircleX;
  return (
    <li className="flex gap-2.5 px-3 py-2.5">
      <Icon className={`mt-0.5 size-4 shrink-0 ${approves ? 'text-completed' : 'text-failed'}`} aria-hidden />
      <div className="min-w-0 flex-1">
        <p>
          <span className="font-medium">{decision.by}</span> {approves ? 'approved' : 'rejected'}
          {decision.edit !== undefined && ', with changes'}{' '}
          <span className="text-ink-2">
            <TimeAgo at={decision.at} />
          </span>
        </p>
        {decision.comment !== undefined && decision.comment !== '' && (
          <p className="mt-1 break-words whitespace-pre-wrap text-ink-2">{decision.comment}</p>
        )}
        {decision.answer !== undefined && (
          <div className="mt-2">
            <ValueView label="Answer" value={decision.answer} />
          </div>
        )}
      </div>
    </li>
  );
}
