import { useQuery } from '@tanstack/react-query';

import type { EmbeddingModels, EmbeddingSpace } from '../../../../contracts/embedding.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { ChangeModel } from './change-model.tsx';
import { embeddingsQuery } from './queries.ts';
import { SpacePanel } from './space-panel.tsx';
import { modelText } from './words.ts';

/** The model that memories and documents are found by, and its change. */
export function EmbeddingsPage() {
  const { data, error, refetch } = useQuery(embeddingsQuery(useApi()));
  return (
    <Page crumbs={[{ label: 'Settings' }, { label: 'Embeddings' }]}>
      <PageHeader
        title="Embeddings"
        description="A model turns each memory and each piece of a document into a vector, so that a search finds what means the same in other words. Vectors of different models are never compared."
      />
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Models models={data} />
      )}
    </Page>
  );
}

function Models({ models: { spaces, available } }: { models: EmbeddingModels }) {
  const mayUpdate = useMay('embeddings:update');
  const active = spaces.find(({ status }) => status === 'active');
  const next = spaces.find(({ status }) => status !== 'active' && status !== 'retired');
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_340px]">
      <div className="flex min-w-0 flex-col gap-6">
        {active !== undefined && <SpacePanel title="In use" space={active} />}
        {next !== undefined && <SpacePanel title="Changing to" space={next} />}
        <Retired spaces={spaces.filter(({ status }) => status === 'retired')} />
      </div>
      {mayUpdate && active !== undefined && next === undefined && (
        <ChangeModel available={available} active={active} />
      )}
    </div>
  );
}

function Retired({ spaces }: { spaces: readonly EmbeddingSpace[] }) {
  if (spaces.length === 0) return null;
  return (
    <section>
      <h2 className="text-sm font-semibold">Used before</h2>
      <ul className="mt-1 text-sm text-ink-2">
        {spaces.map((space) => (
          <li key={space.id} className="break-words">
            {modelText(space)}
          </li>
        ))}
      </ul>
    </section>
  );
}
