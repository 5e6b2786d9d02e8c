import { useQuery } from '@tanstack/react-query';
import { ArrowRight, Check, Hand, LoaderCircle, type LucideIcon, Play, Plug, Waypoints } from 'lucide-react';
import { type ReactNode } from 'react';
import { Link } from 'react-router';

import type { RunSummary } from '../../../../contracts/run.ts';
import { providersQuery } from '../../features/agents/queries.ts';
import { useInboxCount } from '../../features/approvals/inbox-count.ts';
import { pipelinesQuery } from '../../features/pipelines/queries.ts';
import { configQuery, recentRunsQuery } from '../../features/runs/queries.ts';
import { RunsTable } from '../../features/runs/runs-table.tsx';
import { useNow } from '../../lib/clock.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi, useUser } from '../../lib/services.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { SampleRun } from './sample-run.tsx';
import { TalkPanel } from './talk-panel.tsx';

const DIGEST = 'document-digest';

/** A circle to talk with, what happened last, one finished run to look at, and what to do next. */
export function HomePage() {
  const api = useApi();
  const user = useUser();
  const runs = useQuery(recentRunsQuery(api));
  const finished = runs.data?.items.find((run) => run.status === 'completed');
  return (
    <Page crumbs={[{ label: 'Home' }]}>
      <h1 className="pb-5 text-xl font-semibold tracking-tight">
        {user === null ? 'Home' : `Welcome, ${user.name}`}
      </h1>
      <NeedsYou />
      {runs.data === undefined && runs.error !== null && (
        <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />
      )}
      <div className="grid items-start gap-x-8 gap-y-8 lg:grid-cols-[minmax(0,1fr)_320px]">
        <div className="flex min-w-0 flex-col gap-8">
          <TalkPanel />
          {runs.data === undefined
            ? runs.error === null && <SkeletonRows />
            : finished !== undefined && <SampleRun run={finished} />}
          {runs.data !== undefined && <LatestRuns runs={runs.data.items} />}
        </div>
        <NextSteps runs={runs.data?.items ?? []} />
      </div>
    </Page>
  );
}

/** What cannot go on without the person; nothing where nothing waits. */
function NeedsYou() {
  const count = useInboxCount();
  if (count === undefined) return null;
  return (
    <section
      aria-label="Needs you"
      className="mb-6 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-panel border border-line bg-waiting-wash p-4"
    >
      <Hand className="size-4 shrink-0 text-waiting" aria-hidden />
      <p className="min-w-0 flex-1 font-semibold">
        {count === '1' ? 'One decision waits for you' : `${count} decisions wait for you`}
      </p>
      <ButtonLink variant="primary" to={pathOf.inbox}>
        Open inbox
      </ButtonLink>
    </section>
  );
}

function LatestRuns({ runs }: { runs: readonly RunSummary[] }) {
  return (
    <section>
      <header className="mb-1 flex items-center justify-between">
        <h2 className="text-sm font-semibold">Latest runs</h2>
        <ButtonLink variant="quiet" to={pathOf.runs}>
          All runs <ArrowRight aria-hidden />
        </ButtonLink>
      </header>
      {runs.length === 0 ? <NothingRan /> : <RunsTable compact label="Latest runs" runs={runs} />}
    </section>
  );
}

/** So long after its pipelines were made, a house that has no run yet is about to start the sample. */
const FRESH_MS = 300_000;

function NothingRan() {
  const { data: pipelines } = useQuery(pipelinesQuery(useApi()));
  const now = useNow(10_000);
  const digest = pipelines?.items.find(({ name }) => name === DIGEST);
  return digest !== undefined && now - Date.parse(digest.createdAt) < FRESH_MS ? (
    <p role="status" className="flex items-center gap-2 text-ink-2">
      <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-running" />A sample run is being
      prepared.
    </p>
  ) : (
    <p className="text-ink-2">Nothing has run yet. Start with the first step on this page.</p>
  );
}

function NextSteps({ runs }: { runs: readonly RunSummary[] }) {
  const api = useApi();
  const { data: pipelines } = useQuery(pipelinesQuery(api));
  const { data: config } = useQuery(configQuery(api));
  const { data: providers } = useQuery(providersQuery(api));
  const mayStart = useMay('runs:start');
  const digest = pipelines?.items.find((pipeline) => pipeline.name === DIGEST);
  const first = digest ?? pipelines?.items[0];
  const own = runs.some((run) => run.trigger === 'api');
  const real = providers?.some((provider) => provider.available && !provider.demo) === true;
  return (
    <section className="min-w-0">
      <h2 className="mb-2 text-sm font-semibold">Next steps</h2>
      <ol className="flex flex-col gap-2">
        <Step
          icon={Play}
          done={own}
          title="Digest a document of yours"
          to={
            digest === undefined
              ? pathOf.pipelines
              : mayStart
                ? pathOf.startRun(digest.id)
                : pathOf.pipeline(digest.id)
          }
        >
          Drop in a Markdown, text or HTML file; agents read each section and an editor writes the report.
        </Step>
        <Step
          icon={Waypoints}
          title="See how a pipeline works"
          to={first === undefined ? pathOf.pipelines : pathOf.pipeline(first.id)}
        >
          Its graph, its steps and what each of them computes.
        </Step>
        <Step
          icon={Plug}
          done={real}
          title={real ? 'A model is connected' : 'Connect a model'}
          to={pathOf.agents}
        >
          {real ? (
            'Choose in each agent which provider and model it thinks with.'
          ) : (
            <>
              {config?.demoOnly === true &&
                'Until then the demo provider answers, with sentences from your own text. '}
              Set <code className="mono">OPENAI_API_KEY</code>,{' '}
              <code className="mono">ANTHROPIC_API_KEY</code> or <code className="mono">OLLAMA_BASE_URL</code>{' '}
              and start again.
            </>
          )}
        </Step>
      </ol>
    </section>
  );
}

function Step({
  icon: Icon,
  done = false,
  title,
  to,
  children,
}: {
  icon: LucideIcon;
  done?: boolean;
  title: string;
  to: string;
  children: ReactNode;
}) {
  return (
    <li className="group relative flex gap-3 rounded-panel border border-line p-3.5 transition-colors duration-100 hover:border-line-strong hover:bg-hover">
      <span className="mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-input bg-selected text-accent">
        {done ? <Check className="size-4" aria-hidden /> : <Icon className="size-4" aria-hidden />}
      </span>
      <div className="min-w-0">
        <Link to={to} className="rounded-sm text-sm font-medium after:absolute after:inset-0">
          {title}
          {done && <span className="sr-only"> (done)</span>}
        </Link>
        <p className="mt-0.5 text-sm text-ink-2">{children}</p>
      </div>
    </li>
  );
}
