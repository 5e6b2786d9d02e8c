import { useQuery } from '@tanstack/react-query';
import { GitCompareArrows, Undo2 } from 'lucide-react';
import { useSearchParams } from 'react-router';
import { toast } from 'sonner';

import type { Pipeline } from '../../../../contracts/pipeline.ts';
import { wordsOf } from '../../lib/failure.ts';
import { versionsQuery } from '../../lib/pipeline-versions.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { useSubmissionKey } from '../../lib/submission-key.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { useRestoreVersion } from './queries.ts';
import { VersionDiff } from './version-diff.tsx';

/** The published versions: what changed between two of them, and the way back to one. */
export function VersionsView({ pipeline }: { pipeline: Pipeline }) {
  const api = useApi();
  const [search, setSearch] = useSearchParams();
  const { data, error, refetch } = useQuery(versionsQuery(api, pipeline.id));
  const mayRestore = useMay('pipelines:update');
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={3} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch()} />
    );
  const versions = data.items.map(({ version }) => version);
  const [before, after] = [search.get('before'), search.get('after')];
  const compare = (from: string, to: string) =>
    setSearch({ view: 'versions', before: from, after: to }, { replace: true });
  return (
    <div className="grid items-start gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <table aria-label="Versions" className="w-full text-sm">
        <thead>
          <tr className="border-b border-line text-left text-ink-2">
            {['Version', 'Published', 'Use'].map((header) => (
              <th key={header} scope="col" className="h-8 px-2 font-medium">
                {header}
              </th>
            ))}
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {data.items.map(({ version, publishedAt }) => (
            <tr key={version} className="h-11 border-b border-line">
              <td className="tabular px-2 font-medium">{version}</td>
              <td className="px-2 text-ink-2">
                <TimeAgo at={publishedAt} />
              </td>
              <td className="px-2 text-ink-2">
                {version === pipeline.publishedVersion
                  ? 'New runs use it'
                  : 'Runs that began with it keep it'}
              </td>
              <td className="text-right whitespace-nowrap">
                {versions.includes(version - 1) && (
                  <Button
                    variant="quiet"
                    aria-label={`What changed in version ${version}`}
                    onClick={() => compare(String(version - 1), String(version))}
                  >
                    <GitCompareArrows aria-hidden /> What changed
                  </Button>
                )}
                {mayRestore && version !== pipeline.publishedVersion && (
                  <RollBack pipeline={pipeline} version={version} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <VersionDiff
        pipeline={pipeline}
        versions={versions}
        before={before ?? String(versions[0] ?? pipeline.publishedVersion)}
        after={after ?? 'draft'}
        onCompare={compare}
      />
    </div>
  );
}

function RollBack({ pipeline, version }: { pipeline: Pipeline; version: number }) {
  const restore = useRestoreVersion(pipeline);
  const keyOf = useSubmissionKey();
  return (
    <Confirm
      trigger={
        <Button variant="quiet" disabled={restore.isPending} aria-label={`Roll back to version ${version}`}>
          <Undo2 aria-hidden /> Roll back
        </Button>
      }
      title={`Roll back to version ${version}?`}
      confirm="Roll back"
      keep={`Keep version ${pipeline.publishedVersion}`}
      onConfirm={() =>
        restore.mutate(
          { version, idempotencyKey: keyOf([version, pipeline.revision]) },
          {
            onSuccess: ({ publishedVersion }) =>
              toast.success(`Version ${version} is published again, as version ${publishedVersion}.`),
            onError: (error) => {
              const { title, detail, advice } = wordsOf(error);
              toast.error(`${title}. ${detail} ${advice}`);
            },
          },
        )
      }
    >
      It is published once more, as the next version, and becomes the draft: changes of the draft that were
      not published are lost. Runs that have begun keep their version.
    </Confirm>
  );
}
