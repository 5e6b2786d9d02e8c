import { MemoryScopeKind } from '../../../../contracts/agent.ts';
import { ChangeMemoryRetention, type MemoryRetention } from '../../../../contracts/memory.ts';

/** What each kind of scope keeps, while it is edited: what stands in the controls. */
export type RetentionDraft = Record<MemoryScopeKind, { days: string; items: string }>;

export type RetentionErrors = Partial<Record<MemoryScopeKind, { days?: string; items?: string }>>;

export function draftOf(retentions: readonly MemoryRetention[]): RetentionDraft {
  const of = (kind: MemoryScopeKind) => {
    const known = retentions.find(({ scope }) => scope === kind);
    return { days: String(known?.maxAgeDays ?? ''), items: String(known?.maxItems ?? '') };
  };
  return { global: of('global'), circle: of('circle'), agent: of('agent'), conversation: of('conversation') };
}

/** What a draft amounts to, or what is wrong with which kind's field. */
export function retentionsOf(
  draft: RetentionDraft,
): { ok: true; retentions: ChangeMemoryRetention } | { ok: false; errors: RetentionErrors } {
  const kinds = MemoryScopeKind.options;
  const parsed = ChangeMemoryRetention.safeParse({
    items: kinds.map((scope) => {
      const { days, items } = draft[scope];
      return { scope, maxAgeDays: days.trim() === '' ? null : Number(days), maxItems: Number(items) };
    }),
  });
  if (parsed.success) return { ok: true, retentions: parsed.data };
  const errors: RetentionErrors = {};
  for (const { path } of parsed.error.issues) {
    const kind = kinds[Number(path[1])];
    if (kind === undefined) continue;
    errors[kind] = {
      ...errors[kind],
      ...(path[2] === 'maxAgeDays'
        ? { days: 'Give whole days from 1 to 36,500, or nothing.' }
        : { items: 'Give a whole number from 10 to 1,000,000.' }),
    };
  }
  return { ok: false, errors };
}
