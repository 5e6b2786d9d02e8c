import type { z } from 'zod';

import type { ProblemItem } from '../contracts/problem.ts';

/**
 * Names every culprit of a refused input: one item for each, also for each unknown key. Where it stands in a pipeline's node or
 * edge, the item says in which.
 */
export function problemItemsOf(error: z.ZodError, input: unknown): ProblemItem[] {
  return error.issues.flatMap((issue) => {
    const place = elementAt(input, issue.path);
    if (issue.code !== 'unrecognized_keys')
      return [{ path: dotted(issue.path), message: issue.message, ...place }];
    return issue.keys.map((key) => ({
      path: dotted([...issue.path, key]),
      message: 'is not known here',
      ...place,
    }));
  });
}

const dotted = (path: readonly PropertyKey[]): string => path.map(String).join('.');

/** The innermost node or edge that a path leads through. */
function elementAt(input: unknown, path: readonly PropertyKey[]): { nodeId?: string; edgeId?: string } {
  let value = input;
  let place: { nodeId?: string; edgeId?: string } = {};
  for (const [depth, key] of path.entries()) {
    value = childOf(value, key);
    const list = depth === 0 ? undefined : path[depth - 1];
    if (typeof key !== 'number') continue;
    const id = childOf(value, 'id');
    if (list === 'nodes' && typeof id === 'string') place = { nodeId: id };
    if (list === 'edges') place = { edgeId: typeof id === 'string' ? id : edgeName(value) };
  }
  return place;
}

const edgeName = (edge: unknown): string =>
  `${nameOf(childOf(edge, 'from'))}->${nameOf(childOf(edge, 'to'))}`;
const nameOf = (value: unknown): string => (typeof value === 'string' ? value : '?');

function childOf(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const child: unknown = Reflect.get(value, key);
  return child;
}
