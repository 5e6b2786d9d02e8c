import { useQuery } from '@tanstack/react-query';
import { ArrowLeftRight } from 'lucide-react';
import { useParams, useSearchParams } from 'react-router';

import type { Run } from '../../../../contracts/run.ts';
import { relativeTime, shortId } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { statusWord } from '../../ui/status.tsx';
import { CompareNodes } from './compare-nodes.tsx';
import { CompareSummary } from './compare-summary.tsx';
import { runQuery, siblingRunsQuery } from './queries.ts';

/** Two runs side by side: what was given, what each node gave, how long it took and what it cost. */
export function ComparePage() {
  const { runId = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const other = search.get('with');
  const api = useApi();
  const before = useQuery(runQuery(api, runId));
  const after = useQuery({ ...runQuery(api, other ?? ''), enabled: other !== null });
  const error = before.error ?? (other === null ? null : after.error);
  const crumbs = [
    { label: 'Runs', to: pathOf.runs },
    {
      label: before.data === undefined ? 'Run' : `${before.data.pipelineName} ${shortId(runId)}`,
      to: pathOf.run(runId),
    },
    { label: 'Compare' },
  ] as const;
  return (
    <Page crumbs={crumbs} wide>
      <PageHeader
        title="Compare two runs"
        actions={
          other !== null && (
            <ButtonLink variant="quiet" to={pathOf.compareRuns(other, runId)}>
              <ArrowLeftRight aria-hidden /> Swap
            </ButtonLink>
          )
        }
      />
      {error !== null ? (
        <ErrorState error={error} action={<ButtonLink to={pathOf.run(runId)}>Back to the run</ButtonLink>} />
      ) : before.data === undefined ? (
        <SkeletonRows />
      ) : (
        <>
          <OtherRun run={before.data} other={other} onChoose={(id) => setSearch({ with: id })} />
          {after.data !== undefined ? (
            <>
              <CompareSummary before={before.data} after={after.data} />
              <CompareNodes before={before.data} after={after.data} />
            </>
          ) : (
            other !== null && <SkeletonRows />
          )}
        </>
      )}
    </Page>
  );
}

interface OtherRunProps {
  run: Run;
  other: string | null;
  onChoose: (id: string) => void;
}

/** Chooses among the newest runs of the same pipeline. */
function OtherRun({ run, other, onChoose }: OtherRunProps) {
  const { data } = useQuery(siblingRunsQuery(useApi(), run.pipelineId));
  const others = data?.items.filter(({ id }) => id !== run.id) ?? [];
  const now = Date.now();
  return (
    <div className="mb-5 max-w-md">
      <Field label={`Compare ${run.pipelineName} ${shortId(run.id)} with`}>
        {(control) => (
          <Select {...control} value={other ?? ''} onChange={(event) => onChoose(event.target.value)}>
            <option value="" disabled>
              {data !== undefined && others.length === 0
                ? 'There is no other run of this pipeline'
                : 'Choose a run …'}
            </option>
            {other !== null && others.every(({ id }) => id !== other) && (
              <option value={other}>{shortId(other)}</option>
            )}
            {others.map(({ id, status, createdAt, pipelineVersion }) => (
              <option key={id} value={id}>
                {shortId(id)} · {statusWord(status)} · version {pipelineVersion} ·{' '}
                {relativeTime(Date.parse(createdAt), now)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}
