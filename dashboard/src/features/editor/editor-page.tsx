import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Lock } from 'lucide-react';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import type { NodeKindDescription, Pipeline } from '../../../../contracts/pipeline.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { type Crumb, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { Editor } from './editor.tsx';
import { createEditorStore, EditorProvider } from './editor-store.ts';
import { Draft, NEW_DRAFT } from './model/draft.ts';
import { kindsQuery, pipelineToEditQuery } from './queries.ts';

/** Edits a pipeline that there is. */
export function EditPipelinePage() {
  const { pipelineId = '' } = useParams();
  const api = useApi();
  const queries = useQueryClient();
  const [round, setRound] = useState(0);
  const pipeline = useQuery(pipelineToEditQuery(api, pipelineId));
  const reopen = async () => {
    await queries.refetchQueries(pipelineToEditQuery(api, pipelineId));
    setRound(round + 1);
  };
  const name = pipeline.data?.name ?? 'Pipeline';
  return (
    <EditorFrame
      crumbs={[
        { label: 'Pipelines', to: pathOf.pipelines },
        { label: name, to: pathOf.pipeline(pipelineId) },
        { label: 'Edit' },
      ]}
      error={pipeline.error}
      onRetry={() => void pipeline.refetch()}
      permission="pipelines:update"
    >
      {(kinds) =>
        pipeline.data !== undefined && (
          <OneEditor
            key={`${pipelineId} ${round}`}
            kinds={kinds}
            opened={pipeline.data}
            draft={Draft.parse(pipeline.data.definition)}
            onTakeTheirs={() => void reopen()}
          />
        )
      }
    </EditorFrame>
  );
}

/** Begins a pipeline: from nothing, or as a copy of another. */
export function NewPipelinePage() {
  const api = useApi();
  const [search] = useSearchParams();
  const from = search.get('from');
  const original = useQuery({ ...pipelineToEditQuery(api, from ?? ''), enabled: from !== null });
  const draft =
    from === null
      ? NEW_DRAFT
      : original.data &&
        Draft.parse({ ...original.data.definition, name: `${original.data.name} copy`.slice(0, 80) });
  return (
    <EditorFrame
      crumbs={[
        { label: 'Pipelines', to: pathOf.pipelines },
        { label: from === null ? 'New pipeline' : 'Copy' },
      ]}
      error={from === null ? null : original.error}
      onRetry={() => void original.refetch()}
      permission="pipelines:create"
    >
      {(kinds) =>
        draft !== undefined && (
          <OneEditor
            key={from ?? ''}
            kinds={kinds}
            opened={null}
            draft={draft}
            onTakeTheirs={() => undefined}
          />
        )
      }
    </EditorFrame>
  );
}

interface EditorFrameProps {
  crumbs: readonly [Crumb, ...Crumb[]];
  error: Error | null;
  onRetry: () => void;
  permission: 'pipelines:update' | 'pipelines:create';
  /** False while it loads. */
  children: (kinds: readonly NodeKindDescription[]) => React.ReactNode;
}

function EditorFrame({ crumbs, error, onRetry, permission, children }: EditorFrameProps) {
  const may = useMay(permission);
  const kinds = useQuery(kindsQuery(useApi()));
  const failure = error ?? kinds.error;
  const inside = kinds.data === undefined ? false : children(kinds.data);
  return (
    <Page crumbs={crumbs} full>
      {!may ? (
        <div className="p-6">
          <EmptyState
            icon={Lock}
            title="You may look at pipelines, not change them"
            action={<ButtonLink to={pathOf.pipelines}>All pipelines</ButtonLink>}
          >
            Ask an administrator for the role of an editor.
          </EmptyState>
        </div>
      ) : failure !== null ? (
        <div className="p-6">
          <ErrorState
            error={failure}
            onRetry={() => {
              onRetry();
              void kinds.refetch();
            }}
            action={<ButtonLink to={pathOf.pipelines}>All pipelines</ButtonLink>}
          />
        </div>
      ) : inside !== false ? (
        inside
      ) : (
        <div role="status" aria-label="Loading the editor" className="flex h-full flex-col gap-3 p-3">
          <Skeleton className="h-9" />
          <Skeleton className="min-h-0 flex-1 rounded-panel" />
        </div>
      )}
    </Page>
  );
}

interface OneEditorProps {
  kinds: readonly NodeKindDescription[];
  opened: Pipeline | null;
  draft: Draft;
  onTakeTheirs: () => void;
}

function OneEditor({ kinds, opened, draft, onTakeTheirs }: OneEditorProps) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const api = useApi();
  const [store] = useState(() =>
    // A copy is something to be saved from the start; of a new one, nothing is lost yet.
    createEditorStore(draft, () => Date.now(), opened === null && draft !== NEW_DRAFT ? { ...draft } : draft),
  );
  return (
    <EditorProvider value={store}>
      <Editor
        kinds={kinds}
        opened={opened}
        onTakeTheirs={onTakeTheirs}
        onCreated={(made) => {
          queries.setQueryData(pipelineToEditQuery(api, made.id).queryKey, made);
          void navigate(pathOf.editPipeline(made.id), { replace: true });
        }}
      />
    </EditorProvider>
  );
}
