import { useMemo } from 'react';

import { draftIn, useEditor } from '../editor-store.ts';
import { type DraftNode, labelOf, type Level } from '../model/draft.ts';
import { type PlacedProblem, sameLevel } from '../model/problems.ts';
import { readableOf, scopeOf } from '../model/scope.ts';
import { ActionForm } from './action-form.tsx';
import { ConnectionsForm } from './connections-form.tsx';
import { DelayForm } from './delay-form.tsx';
import { FailureForm } from './failure-form.tsx';
import { FormProvider } from './form-context.ts';
import { MapForm } from './map-form.tsx';
import { NodeHead } from './node-head.tsx';
import { PlainForm } from './plain-form.tsx';
import { useSecretNames } from './reference-controls.tsx';
import { useSample, useSampleOrigin } from './use-sample.ts';

interface NodeFormProps {
  node: DraftNode;
  level: Level;
  problems: readonly PlacedProblem[];
}

/** Everything that one node says: its name, its configuration, what happens when it fails, its edges. */
export function NodeForm({ node, level, problems }: NodeFormProps) {
  const draft = useEditor(draftIn);
  const origin = useSampleOrigin();
  const { bindings, failed } = useSample(level, node.id, origin);
  const names = useMemo(
    () => new Map(readableOf(scopeOf(draft, level, node.id)).map((each) => [each.id, labelOf(each)])),
    [draft, level, node.id],
  );
  const isAction = node.type === 'action';
  const secrets = useSecretNames(isAction);
  const own = useMemo(
    () => problems.filter((problem) => problem.nodeId === node.id && sameLevel(problem.level, level)),
    [problems, node.id, level],
  );
  return (
    <FormProvider
      value={{
        node,
        level,
        bindings,
        origin: origin.words,
        names,
        secrets: isAction ? secrets : null,
        problems: own,
      }}
    >
      <NodeHead node={node} />
      <div className="flex flex-col gap-4 px-4 pb-5">
        <KindForm node={node} />
        {failed && (
          <p role="status" className="text-sm text-ink-2">
            There is no sample data to show values on: the server does not answer.
          </p>
        )}
      </div>
      <FailureForm node={node} />
      <ConnectionsForm node={node} />
    </FormProvider>
  );
}

function KindForm({ node }: { node: DraftNode }) {
  switch (node.type) {
    case 'action':
      return <ActionForm node={node} />;
    case 'map':
      return <MapForm node={node} />;
    case 'delay':
      return <DelayForm node={node} />;
    default:
      return <PlainForm node={node} />;
  }
}
