import { type ChangeMemory, CreateMemory, type Memory } from '../../../../contracts/memory.ts';
import type { ProblemItem } from '../../../../contracts/problem.ts';
import { scopeKeyOf, scopeOf } from '../../lib/memory-words.ts';
import type { NewMemory } from './queries.ts';

/** A memory while it is written: what stands in the controls. */
export interface MemoryDraft {
  kind: 'fact' | 'block';
  name: string;
  content: string;
  /** A scope's key. */
  scope: string;
  /** In percent. */
  importance: string;
  tags: string;
  /** A day, or nothing. */
  expires: string;
}

export type DraftErrors = Partial<Record<keyof MemoryDraft | 'general', string>>;

export function draftOf(memory: Memory | null, scope = 'global'): MemoryDraft {
  return {
    kind: memory?.kind === 'block' ? 'block' : 'fact',
    name: memory?.name ?? '',
    content: memory?.content ?? '',
    scope: memory === null ? scope : scopeKeyOf(memory.scope),
    importance: String(Math.round((memory?.importance ?? 0.5) * 100)),
    tags: (memory?.tags ?? []).join(', '),
    expires: memory?.expiresAt?.slice(0, 10) ?? '',
  };
}

const tagsIn = (text: string): string[] =>
  text
    .split(',')
    .map((tag) => tag.trim().replace(/^#/, ''))
    .filter((tag) => tag !== '');

/** The last moment of the day; nothing for no day. */
const endOf = (day: string): string | undefined => (day === '' ? undefined : `${day}T23:59:59.000Z`);

/** What a draft amounts to, or what is wrong with which field. */
export function memoryOf(
  draft: MemoryDraft,
): { ok: true; memory: NewMemory } | { ok: false; errors: DraftErrors } {
  const expiresAt = endOf(draft.expires);
  const memory = {
    kind: draft.kind,
    content: draft.content.trim(),
    scope: scopeOf(draft.scope),
    ...(draft.kind === 'block' && { name: draft.name.trim() }),
    importance: Number(draft.importance) / 100,
    tags: tagsIn(draft.tags),
    ...(expiresAt !== undefined && draft.kind !== 'block' && { expiresAt }),
  };
  const parsed = CreateMemory.safeParse(memory);
  if (parsed.success) return { ok: true, memory: parsed.data };
  return {
    ok: false,
    errors: errorsOf(parsed.error.issues.map(({ path, message }) => ({ path: path.join('/'), message }))),
  };
}

/** What a draft changes of a memory; nothing where it is as it was. */
export function changeOf(draft: MemoryDraft, memory: Memory): ChangeMemory {
  const before = draftOf(memory);
  return {
    ...(draft.content !== before.content && { content: draft.content.trim() }),
    ...(draft.importance !== before.importance && { importance: Number(draft.importance) / 100 }),
    ...(draft.tags !== before.tags && { tags: tagsIn(draft.tags) }),
    ...(draft.expires !== before.expires && { expiresAt: endOf(draft.expires) ?? null }),
  };
}

const NAMES: Record<string, keyof MemoryDraft> = { expiresAt: 'expires' };
const KNOWN = ['kind', 'name', 'content', 'scope', 'importance', 'tags', 'expires'] as const;

/** The errors by the control that they belong to. */
export function errorsOf(problems: readonly Pick<ProblemItem, 'path' | 'message'>[]): DraftErrors {
  const errors: DraftErrors = {};
  for (const { path, message } of problems) {
    const first = path.split(/[./]/).find((part) => part !== '') ?? '';
    const name = NAMES[first] ?? KNOWN.find((known) => known === first) ?? 'general';
    errors[name] ??= message;
  }
  return errors;
}
