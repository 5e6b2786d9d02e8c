import { useQuery } from '@tanstack/react-query';
import { CircleX } from 'lucide-react';

import type { RunNode } from '../../../../contracts/run.ts';
import { durationText, exactTime } from '../../lib/format.ts';
import { useApi } from '../../lib/services.tsx';
import { adviceOn } from './failure-advice.ts';
import { historyQuery } from './queries.ts';

/** Why a node failed, in words, and what to do. */
export function NodeFailure({ row }: { row: RunNode }) {
  if (row.error === undefined) return null;
  const { what, advice } = adviceOn(row.error.type);
  const again = row.status === 'running';
  return (
    <section
      role="alert"
      className="flex items-start gap-2.5 rounded-panel border border-line bg-failed-wash p-4"
    >
      <CircleX className="mt-0.5 size-4 shrink-0 text-failed" aria-hidden />
      <div className="min-w-0">
        <p className="font-semibold">
          {again ? 'The attempt before failed' : 'Failed'}: {what}
        </p>
        <p className="mt-1 break-words whitespace-pre-wrap text-ink-2">{row.error.message}</p>
        {!again && <p className="mt-1 text-ink-2">{advice}</p>}
      </div>
    </section>
  );
}

/** The attempts that failed before the last one. */
export function Attempts({ runId, row }: { runId: string; row: RunNode }) {
  const api = useApi();
  const { data: history } = useQuery({ ...historyQuery(api, runId), enabled: row.attempts > 1 });
  const own = (history?.retries ?? []).filter(
    (retry) => retry.path === row.path && retry.iteration === row.iteration,
  );
  if (own.length === 0) return null;
  return (
    <section>
      <h3 className="mb-2 text-sm font-semibold">Earlier attempts</h3>
      <ol className="divide-y divide-line rounded-input border border-line text-sm">
        {own.map((retry) => (
          <li key={retry.attempt} className="px-3 py-2">
            <p className="flex flex-wrap justify-between gap-x-4">
              <span className="font-medium">Attempt {retry.attempt} failed</span>
              <span className="tabular text-ink-2">
                {exactTime(Date.parse(retry.failedAt))}, tried again after {durationText(retry.delayMs)}
              </span>
            </p>
            {retry.error !== undefined && (
              <p className="mt-0.5 break-words text-ink-2">{retry.error.message}</p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
