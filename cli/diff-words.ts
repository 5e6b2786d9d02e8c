import { styleText } from 'node:util';

import type { Json } from '../contracts/json.ts';
import type { Change, PipelineDiff } from '../contracts/pipeline-diff.ts';

const LONGEST = 100;

/** A difference as lines that a person reads. */
export function wordsOfDiff({ before, after, identical, settings, nodes, edges }: PipelineDiff): string {
  const head = styleText('gray', `${sideOf(before)} → ${sideOf(after)}`);
  if (identical) return `${head}\nno difference`;
  const lines = [
    ...changeLines('', settings),
    ...nodes.removed.map(({ id, type }) => removed(`node ${id} (${type})`)),
    ...nodes.added.map(({ id, type }) => added(`node ${id} (${type})`)),
    ...nodes.changed.flatMap(({ id, changes }) => changeLines(`node ${id}: `, changes)),
    ...edges.removed.map((edge) => removed(edgeName(edge))),
    ...edges.added.map((edge) => added(edgeName(edge))),
    ...edges.changed.flatMap((edge) => changeLines(`${edgeName(edge)}: `, edge.changes)),
  ];
  return [head, ...lines].join('\n');
}

const sideOf = (side: PipelineDiff['before']): string => (side === 'draft' ? 'draft' : `version ${side}`);
const added = (what: string): string => `${styleText('green', '+')} ${what}`;
const removed = (what: string): string => `${styleText('red', '-')} ${what}`;
const edgeName = ({
  from,
  to,
  port = 'default',
}: {
  from: string;
  to: string;
  port?: string | undefined;
}): string => `edge ${from}${port === 'default' ? '' : `.${port}`} → ${to}`;

const changeLines = (what: string, changes: readonly Change[]): string[] =>
  changes.map(
    ({ path, before, after }) =>
      `${styleText('yellow', '~')} ${what}${path}: ${shown(before)} → ${shown(after)}`,
  );

function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
