import type { AuditEntry } from '../../../../contracts/audit.ts';
import type { Json } from '../../../../contracts/json.ts';
import { pathOf } from '../../lib/paths.ts';

/** Where the thing that somebody did something with can be looked at; undefined where there is no page for it. */
export function placeOf({ resource, resourceId }: AuditEntry): string | undefined {
  const id = encodeURIComponent(resourceId);
  switch (resource) {
    case 'approvals':
      return pathOf.approval(id);
    case 'runs':
      return pathOf.run(id);
    case 'pipelines':
      return pathOf.pipeline(id);
    case 'agents':
      return pathOf.agent(id);
    default:
      return undefined;
  }
}

/** Names of places: what is told of beside them says more. */
const PLACES: readonly string[] = ['path', 'iteration'];
const FIRST: readonly string[] = ['title', 'decision', 'answer', 'comment', 'status'];

const rankOf = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);

/** Short values beside each other, without ids: "decision: approve · comment: fine". */
export function dataWords(data: AuditEntry['data']): string {
  return Object.entries(data)
    .filter(([key, value]) => value !== null && !key.endsWith('Id') && !PLACES.includes(key))
    .sort(([a], [b]) => rankOf(a) - rankOf(b))
    .map(([key, value]) => `${key}: ${shortOf(value)}`)
    .join(' · ');
}

const LONGEST = 80;

function shortOf(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} …`;
}
