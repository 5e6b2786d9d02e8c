import { type MemoryAudience, MemoryScope } from '../../../contracts/memory.ts';

/** How a kind of scope is called, and where what it holds is recalled. */
export const SCOPES: Record<MemoryScope['kind'], { label: string; plural: string; explained: string }> = {
  global: { label: 'Everywhere', plural: 'Everywhere', explained: 'Recalled by every agent.' },
  circle: {
    label: 'Circle',
    plural: 'Circles',
    explained: 'Recalled in the conversations of one circle.',
  },
  agent: { label: 'Agent', plural: 'Agents', explained: 'Recalled by one agent, wherever it speaks.' },
  conversation: {
    label: 'Conversation',
    plural: 'Conversations',
    explained: 'Recalled in one conversation.',
  },
};

/** "Everywhere", "Circle Editorial team"; what is gone has no name. */
export function scopeText({ kind }: MemoryScope, name: string | null): string {
  const { label } = SCOPES[kind];
  return kind === 'global' ? label : `${label} ${name ?? '(deleted)'}`;
}

/** Who may see it, as the rest of "Seen by …". */
export function audienceText(audience: MemoryAudience): string {
  switch (audience.kind) {
    case 'everyone':
      return 'everyone';
    case 'circle':
      return `those who see the circle ${audience.name ?? '(deleted)'}`;
    case 'person':
      return `${audience.name ?? 'one person'} alone`;
    case 'conversation':
      return 'administrators alone';
  }
}

/** A scope as one word, for controls and addresses: `global`, `circle:<id>`. */
export const scopeKeyOf = (scope: MemoryScope): string =>
  scope.kind === 'global' ? 'global' : `${scope.kind}:${scope.id}`;

/** The scope of a key; undefined for what is none, such as the name of a kind alone. */
export function scopeOf(key: string): MemoryScope | undefined {
  const [kind, id] = key.split(':');
  return MemoryScope.safeParse(id === undefined ? { kind } : { kind, id }).data;
}
