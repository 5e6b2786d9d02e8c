import { useQuery } from '@tanstack/react-query';

import type { Json } from '../../../../contracts/json.ts';
import type { Run, RunNode } from '../../../../contracts/run.ts';
import { useApi } from '../../lib/services.tsx';
import { ChangeList } from '../../ui/diff/change-list.tsx';
import { jsonChanges } from '../../ui/diff/json-changes.ts';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { ValueView } from '../../ui/value-view.tsx';
import type { ComparedNode } from './compare-runs.ts';
import { runNodeQuery } from './queries.ts';

/** What one node gave in two runs; outputs that were too large to be here are fetched. */
export function NodeDifference({ node, runs }: { node: ComparedNode; runs: readonly [Run, Run] }) {
  const before = useWhole(runs[0], node.before);
  const after = useWhole(runs[1], node.after);
  const error = before.error ?? after.error;
  if (error !== null) return <ErrorState error={error} />;
  if (before.loading || after.loading) return <SkeletonRows rows={2} />;
  const [was, is] = [resultOf(before.node), resultOf(after.node)];
  if (was === undefined && is === undefined)
    return <p className="text-ink-2">Neither run has an output of it.</p>;
  if (was === undefined || is === undefined)
    return (
      <ValueView
        label={was === undefined ? 'Only in the second run' : 'Only in the first run'}
        value={was ?? is ?? null}
      />
    );
  const changes = jsonChanges(was, is);
  if (changes.length === 0) return <ValueView label="Output of both" value={is} />;
  return <ChangeList changes={changes} label="Differences of the output" />;
}

/** Its output, or why it has none. */
const resultOf = (node: RunNode | undefined): Json | undefined =>
  node?.output ?? (node?.error === undefined ? undefined : { error: node.error.message });

function useWhole(run: Run, node: RunNode | undefined) {
  const large = node?.outputRef !== undefined && node.output === undefined;
  const { data, error } = useQuery({
    ...runNodeQuery(useApi(), run.id, node?.path ?? '', node?.iteration ?? '0'),
    enabled: large,
  });
  return {
    node: large ? data : node,
    loading: large && data === undefined && error === null,
    error: large ? error : null,
  };
}
