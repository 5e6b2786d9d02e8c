import { ArrowLeft, ArrowRight, X } from 'lucide-react';
import { useState } from 'react';

import { DEFAULT_PORT } from '../../../../../contracts/plan.ts';
import { counted } from '../../../lib/format.ts';
import { Button } from '../../../ui/button.tsx';
import { Select } from '../../../ui/field.tsx';
import { useEditorServices } from '../editor-services.ts';
import { draftIn, useEditor, useEditorStore } from '../editor-store.ts';
import { connected, keyOfEdge, portOf, refusalOf, withoutEdges } from '../model/changes.ts';
import { type DraftNode, graphAt, labelOf } from '../model/draft.ts';
import { portsOfNode } from '../model/kinds.ts';
import { useForm } from './form-context.ts';
import { Section } from './section.tsx';

/** The edges of a node as a list: for who would rather choose than drag, or cannot. */
export function ConnectionsForm({ node }: { node: DraftNode }) {
  const store = useEditorStore();
  const { level } = useForm();
  const draft = useEditor(draftIn);
  const graph = graphAt(draft, level);
  const label = (id: string) => {
    const other = graph.nodes.find((each) => each.id === id);
    return other === undefined ? id : labelOf(other);
  };
  const edges = graph.edges.filter(({ from, to }) => from === node.id || to === node.id);
  return (
    <Section key={node.id} title="Edges" note={counted(edges.length, 'edge')}>
      {edges.length > 0 && (
        <ul className="flex flex-col">
          {edges.map((edge) => {
            const out = edge.from === node.id;
            const other = out ? edge.to : edge.from;
            const port = portOf(edge) === DEFAULT_PORT ? '' : ` at ${portOf(edge)}`;
            return (
              <li key={keyOfEdge(edge)} className="flex items-center gap-2 text-sm">
                {out ? (
                  <ArrowRight className="size-4 text-ink-3" aria-hidden />
                ) : (
                  <ArrowLeft className="size-4 text-ink-3" aria-hidden />
                )}
                <button
                  type="button"
                  className="min-w-0 flex-1 truncate rounded-sm py-1 text-left hover:underline"
                  onClick={() => store.getState().select([other])}
                >
                  <span className="text-ink-2">{out ? `to` : `from`}</span> {label(other)}
                  <span className="text-ink-2">{port}</span>
                </button>
                <Button
                  variant="quiet"
                  iconOnly
                  className="size-7!"
                  aria-label={`Remove the edge ${out ? 'to' : 'from'} ${label(other)}${port}`}
                  onClick={() =>
                    store
                      .getState()
                      .changeGraph((present) => withoutEdges(present, new Set([keyOfEdge(edge)])))
                  }
                >
                  <X aria-hidden />
                </Button>
              </li>
            );
          })}
        </ul>
      )}
      <AddEdge node={node} />
    </Section>
  );
}

function AddEdge({ node }: { node: DraftNode }) {
  const store = useEditorStore();
  const { level } = useForm();
  const { kinds } = useEditorServices();
  const draft = useEditor(draftIn);
  const graph = graphAt(draft, level);
  const ports = portsOfNode(node, kinds);
  const [wanted, setPort] = useState<string | null>(null);
  const port = wanted !== null && ports.includes(wanted) ? wanted : (ports[0] ?? DEFAULT_PORT);
  const targets = graph.nodes.filter((other) => refusalOf(graph, { id: node.id, port }, other.id) === null);
  return (
    <div className="flex gap-2">
      {ports.length > 1 && (
        <Select
          aria-label="Leaves at"
          className="w-32!"
          value={port}
          onChange={(event) => setPort(event.target.value)}
        >
          {ports.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </Select>
      )}
      <Select
        aria-label="Lead an edge to"
        value=""
        disabled={targets.length === 0}
        onChange={(event) =>
          store
            .getState()
            .changeGraph((present) => connected(present, { id: node.id, port }, event.target.value))
        }
      >
        <option value="">{targets.length === 0 ? 'No node can follow here' : 'Lead an edge to …'}</option>
        {targets.map((other) => (
          <option key={other.id} value={other.id}>
            {labelOf(other)}
          </option>
        ))}
      </Select>
    </div>
  );
}
