import { CornerDownRight } from 'lucide-react';

import { counted } from '../../../lib/format.ts';
import { Button } from '../../../ui/button.tsx';
import { FieldError } from '../../../ui/field.tsx';
import { useEditorServices } from '../editor-services.ts';
import { useEditorStore } from '../editor-store.ts';
import { type DraftNode, insideOf } from '../model/draft.ts';
import { withField } from '../model/form-model.ts';
import { messagesAt } from '../model/problems.ts';
import { ChoiceOfTwo } from './choice-of-two.tsx';
import { useForm } from './form-context.ts';
import { PlainForm, useConfigWriter } from './plain-form.tsx';

const WAYS = [
  ['own', 'With nodes of its own'],
  ['other', 'With another pipeline'],
] as const;

/** Which list, and what is done with each entry. */
export function MapForm({ node }: { node: DraftNode }) {
  const { kinds } = useEditorServices();
  const write = useConfigWriter(node);
  const way = node.config['pipelineId'] === undefined ? 'own' : 'other';
  const mayOther = JSON.stringify(kinds.find(({ name }) => name === 'map')?.configSchema ?? {}).includes(
    '"pipelineId"',
  );
  const choose = (chosen: 'own' | 'other') => {
    const bare = withField(
      withField(withField(node.config, 'pipeline', undefined), 'pipelineId', undefined),
      'version',
      undefined,
    );
    write(
      { ...bare, ...(chosen === 'own' ? { pipeline: { nodes: [], edges: [] } } : { pipelineId: '' }) },
      'way',
    );
  };
  return (
    <>
      <PlainForm node={node} only={['items']} />
      {mayOther && (
        <ChoiceOfTwo legend="What is done with each entry" options={WAYS} value={way} onChange={choose} />
      )}
      {way === 'own' ? <Inside node={node} /> : <PlainForm node={node} only={['pipelineId', 'version']} />}
      <PlainForm node={node} only={['concurrency', 'onError']} />
    </>
  );
}

function Inside({ node }: { node: DraftNode }) {
  const store = useEditorStore();
  const { problems } = useForm();
  const inside = insideOf(node);
  const error = messagesAt(problems, ['config', 'pipeline']);
  const open = () => {
    const { level, goTo } = store.getState();
    goTo([...level, node.id]);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <Button onClick={open} className="self-start" disabled={inside === undefined}>
        <CornerDownRight aria-hidden />
        {inside === undefined || inside.nodes.length === 0
          ? 'Add nodes inside'
          : `Open the ${counted(inside.nodes.length, 'node')} inside`}
      </Button>
      {error !== undefined && <FieldError>{error}</FieldError>}
    </div>
  );
}
