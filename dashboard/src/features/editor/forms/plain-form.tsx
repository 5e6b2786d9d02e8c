import { useEditorServices } from '../editor-services.ts';
import { useEditorStore } from '../editor-store.ts';
import { withConfig } from '../model/changes.ts';
import type { DraftNode } from '../model/draft.ts';
import { HINTS } from '../model/form-hints.ts';
import { fieldsOfSchema } from '../model/form-model.ts';
import { FormFields } from './form-fields.tsx';

/** The form that the schema of the kind gives, with what this dashboard knows of the kind. */
export function PlainForm({ node, only }: { node: DraftNode; only?: readonly string[] }) {
  const { kinds } = useEditorServices();
  const kind = kinds.find(({ name }) => name === node.type);
  const write = useConfigWriter(node);
  if (kind === undefined)
    return (
      <p className="text-sm text-ink-2">
        There is no kind “{node.type}”. Change it in the YAML, or remove this node.
      </p>
    );
  const fields = fieldsOfSchema(kind.configSchema, HINTS[node.type], node.config).filter(
    ({ name }) => only?.includes(name) ?? true,
  );
  if (fields.length === 0)
    return <p className="text-sm text-ink-2">{kind.description} There is nothing to set.</p>;
  return (
    <>
      {only === undefined && <p className="text-sm text-ink-2">{kind.description}</p>}
      <FormFields fields={fields} value={node.config} path={['config']} onChange={write} />
    </>
  );
}

/** Writes the configuration of a node; typing in one field is one step. */
export function useConfigWriter(node: DraftNode) {
  const store = useEditorStore();
  return (config: DraftNode['config'], name: string) =>
    store.getState().changeGraph((graph) => withConfig(graph, node.id, config), `${node.id}.config.${name}`);
}
