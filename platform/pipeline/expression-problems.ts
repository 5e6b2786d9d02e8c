import type { ProblemItem } from '../../contracts/problem.ts';
import { SecretName } from '../../contracts/secret.ts';
import { MAX_SOURCE_LENGTH } from '../expression/evaluation.ts';
import type { Reads } from '../expression/reads.ts';
import type { Analyse } from './analysis.ts';
import { dotted, listed, shown } from './dotted-path.ts';
import type { Effort } from './effort.ts';
import { type ExpressionField, expressionFieldsOf } from './expression-fields.ts';
import type { Outline, OutlineNode } from './outline.ts';
import { createReadScope, type ReadScope, standingOf } from './read-scope.ts';

interface Reader {
  node: OutlineNode;
  scope: ReadScope;
  insideMap: boolean;
}

/** What is wrong with the expressions of a graph and of the maps inside it. */
export function expressionProblems(
  outline: Outline,
  analyse: Analyse,
  effort: Effort,
  around?: ReadScope['around'],
): ProblemItem[] {
  const scope = scopeOf(outline, around);
  return outline.nodes.flatMap((node) => {
    const own = nodeProblems({ node, scope, insideMap: outline.depth > 0 }, analyse, effort);
    if (node.inside === undefined) return own;
    const enclosing = node.id === undefined ? around : { scope, map: node.id };
    return [...own, ...expressionProblems(node.inside, analyse, effort, enclosing)];
  });
}

export function scopeOf(outline: Outline, around: ReadScope['around']): ReadScope {
  const ids = outline.nodes.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const edges = outline.edges.flatMap(({ from, to }) =>
    from === undefined || to === undefined ? [] : [{ from, to }],
  );
  return createReadScope(ids, edges, around);
}

function nodeProblems(reader: Reader, analyse: Analyse, effort: Effort): ProblemItem[] {
  const { node } = reader;
  if (node.kind === undefined) return [];
  return expressionFieldsOf(node.kind, node.config).flatMap((field) => {
    // The schema has said so already.
    if (field.source === '' || (field.form === 'expression' && field.source.length > MAX_SOURCE_LENGTH))
      return [];
    const messages = fieldMessages(reader, field, analyse, effort);
    const path = dotted(node.path, 'config', ...field.parts);
    return messages.map((message) => ({
      path,
      message,
      ...(node.id === undefined ? {} : { nodeId: node.id }),
    }));
  });
}

function fieldMessages(reader: Reader, field: ExpressionField, analyse: Analyse, effort: Effort): string[] {
  if (!effort.permits()) return [];
  const analysis = analyse(field);
  if (!analysis.ok) return [analysis.message];
  return [
    ...readMessages(reader, analysis.reads),
    ...secretMessages(field, analysis.reads),
    ...(seesItem(reader, field) || !namesItem(analysis.reads)
      ? []
      : ['`item` and `index` exist only inside a map and in the `where` of a filter: read something else']),
  ];
}

const seesItem = (reader: Reader, field: ExpressionField): boolean => reader.insideMap || field.seesItem;

/** An expression that reads everything there is (`$$`, `**`) is said to read `item` too. */
const namesItem = ({ item, everyNode, input, run }: Reads): boolean => item && !(everyNode && input && run);

function readMessages({ node, scope }: Reader, reads: Reads): string[] {
  const reader = node.id;
  if (reader === undefined) return [];
  return reads.nodes.flatMap((read) => {
    const name = shown(read);
    switch (standingOf(scope, reader, read)) {
      case 'upstream':
        return [];
      case 'unknown':
        return [
          `reads nodes.${name}, but there is no such node: known are ${listed(scope.graph.nodes.keys())}`,
        ];
      case 'itself':
        return [
          read === reader
            ? `reads nodes.${name}, its own output, which is not there yet: read a node upstream of it`
            : `reads nodes.${name}, the map that it stands in: read \`item\`, or a node upstream of the map`,
        ];
      case 'elsewhere':
        return [
          `reads nodes.${name}, which need not be decided before it: lead edges from ${name} to it, or read a node upstream of it`,
        ];
    }
  });
}

function secretMessages(field: ExpressionField, { secrets }: Reads): string[] {
  if (!field.seesSecrets)
    return secrets.map(
      (name) => `reads secrets.${shown(name)}, but secrets exist in actions only: use it in an action node`,
    );
  return secrets
    .filter((name) => !SecretName.safeParse(name).success)
    .map(
      (name) => `reads the secret "${shown(name)}", which cannot exist: names match [A-Za-z_][A-Za-z0-9_]*`,
    );
}
