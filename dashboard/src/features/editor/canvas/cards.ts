import { MarkerType } from '@xyflow/react';

import { millisecondsOf } from '../../../../../contracts/duration.ts';
import type { NodeKindDescription } from '../../../../../contracts/pipeline.ts';
import { kindOf } from '../../../ui/graph/kinds.ts';
import { keyOfEdge, type Point, portOf } from '../model/changes.ts';
import { type DraftEdge, type DraftGraph, type DraftNode, insideOf, labelOf } from '../model/draft.ts';
import { turnOf } from '../model/edge-ways.ts';
import { portsOfNode } from '../model/kinds.ts';
import { heightOf, NODE_WIDTH } from '../model/sizes.ts';
import type { LineEdge } from './edge-line.tsx';
import type { CardNode } from './node-card.tsx';

interface Shown {
  graph: DraftGraph;
  kinds: readonly NodeKindDescription[];
  selected: ReadonlySet<string>;
  problems: ReadonlyMap<string, readonly string[]>;
  /** Where nodes are while they are dragged. */
  dragged: ReadonlyMap<string, Point>;
}

/** The cards of a graph's nodes. A repeated id is drawn once, since an edge could not tell its nodes apart. */
export function cardsOf({ graph, kinds, selected, problems, dragged }: Shown): CardNode[] {
  const seen = new Set<string>();
  return graph.nodes.flatMap((node) => {
    if (seen.has(node.id)) return [];
    seen.add(node.id);
    const ports = portsOfNode(node, kinds);
    const wrong = problems.get(node.id) ?? [];
    const label = labelOf(node);
    return [
      {
        id: node.id,
        type: 'card' as const,
        position: dragged.get(node.id) ?? node.position ?? { x: 0, y: 0 },
        width: NODE_WIDTH,
        height: heightOf(ports.length),
        selected: selected.has(node.id),
        ariaRole: 'button' as const,
        ariaLabel: [label, kindOf(node.type).word, ...(wrong.length > 0 ? ['has problems'] : [])].join(', '),
        data: {
          label,
          kind: node.type,
          ports,
          problems: wrong,
          inside: insideOf(node)?.nodes.length ?? null,
          gist: gistOf(node),
        },
      },
    ];
  });
}

interface ShownEdges {
  graph: DraftGraph;
  /** The cards that it leads between. */
  cards: readonly CardNode[];
  selected: ReadonlySet<string>;
  problems: ReadonlyMap<string, string>;
  active: string | null;
}

/** With more nodes it would take too long to look at each for every edge. */
const MOST_LOOKED_AT = 300;

export function linesOf({ graph, cards, selected, problems, active }: ShownEdges): LineEdge[] {
  const boxes = new Map(cards.map((card) => [card.id, boxOf(card)]));
  const all = cards.length <= MOST_LOOKED_AT ? [...boxes.values()] : [];
  const turn = (edge: DraftEdge): number | undefined => {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
    if (from === undefined || to === undefined) return undefined;
    return turnOf(
      { from, port: portOf(edge), to },
      all.filter((box) => box !== from && box !== to),
    );
  };
  const names = new Map(graph.nodes.map((node) => [node.id, labelOf(node)]));
  const lines = graph.edges
    .filter(({ from, to }) => names.has(from) && names.has(to))
    .map((edge): LineEdge => {
      const id = keyOfEdge(edge);
      const label = `${names.get(edge.from) ?? ''} to ${names.get(edge.to) ?? ''}`;
      const problem = problems.get(id);
      const marked =
        problem !== undefined
          ? 'var(--failed)'
          : selected.has(id) || active === id
            ? 'var(--accent)'
            : 'var(--edge)';
      return {
        id,
        type: 'line',
        source: edge.from,
        target: edge.to,
        sourceHandle: portOf(edge),
        selected: selected.has(id),
        ariaLabel: `Edge from ${label}`,
        markerEnd: { type: MarkerType.ArrowClosed, color: marked, width: 14, height: 14 },
        data: { label, problem, active: active === id, turn: turn(edge) },
      };
    });
  // Twice the same edge is a problem that the list names; one of them is drawn.
  return [...new Map(lines.map((line) => [line.id, line])).values()];
}

const boxOf = ({ position, width = 0, height = 0, data: { ports } }: CardNode) => ({
  ...position,
  width,
  height,
  ports,
});

/** What a node does, in the few words that fit on its card. */
function gistOf({ type, config }: DraftNode): string {
  const text = (key: string): string => {
    const value = config[key];
    return typeof value === 'string' ? value : '';
  };
  const { word } = kindOf(type);
  switch (type) {
    case 'agent':
      return text('agent') === '' ? word : `Agent · ${text('agent')}`;
    case 'circle':
      return text('circle') === '' ? word : `Circle · ${text('circle')}`;
    case 'action':
      return actionGist(text('action'), text('method'), text('url'), text('path'));
    case 'merge':
      return text('mode') === 'first'
        ? 'Merge · the first'
        : text('mode') === 'quorum'
          ? 'Merge · a number'
          : 'Merge · all';
    case 'delay':
      return Number.isNaN(millisecondsOf(text('duration'))) ? word : `Delay · ${text('duration')}`;
    case 'pipeline':
      return text('pipelineId') === '' ? word : `Pipeline · ${text('pipelineId')}`;
    case 'map':
      return text('pipelineId') === '' ? 'Map · each item' : `Map · ${text('pipelineId')}`;
    default:
      return word;
  }
}

function actionGist(action: string, method: string, url: string, path: string): string {
  if (action === 'write_file') return path === '' ? 'Write a file' : `Write ${path}`;
  if (action === 'call_api') return url === '' ? 'Call an API' : `${method === '' ? 'GET' : method} ${url}`;
  return action === '' ? 'Action' : action.replaceAll('_', ' ');
}
