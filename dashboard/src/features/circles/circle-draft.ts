import { type Circle, CreateCircle, type Visibility } from '../../../../contracts/circle.ts';
import {
  type ConversationMode,
  ConversationSettings,
  DEFAULT_TERMINATION,
} from '../../../../contracts/conversation-settings.ts';
import type { ProblemItem } from '../../../../contracts/problem.ts';
import { type TerminationDraft, terminationDraftOf, terminationOf } from './termination-draft.ts';

/** Which side of a debate an agent is on; the others alternate. */
export type Side = 'first' | 'second';

/** A circle while it is edited: what stands in the controls. */
export interface CircleDraft {
  name: string;
  description: string;
  mode: ConversationMode;
  visibility: Visibility;
  /** Null where it is composed in a way that the form does not show. */
  termination: TerminationDraft | null;
  turnTimeout: string;
  rounds: string;
  maxHandovers: string;
  /** By the name of the agent. */
  sides: Readonly<Record<string, Side>>;
}

export type DraftErrors = Partial<Record<string, string>>;

export function draftOf(circle: Circle | null): CircleDraft {
  const settings = circle?.settings ?? ConversationSettings.parse({});
  const [first = [], second = []] = settings.sides ?? [];
  const nameOf = (named: string) => circle?.members.find(({ id }) => id === named)?.name ?? named;
  return {
    name: circle?.name ?? '',
    description: circle?.description ?? '',
    mode: circle?.mode ?? 'round_robin',
    visibility: circle?.visibility ?? 'everyone',
    termination: terminationDraftOf(circle === null ? DEFAULT_TERMINATION : settings.termination),
    turnTimeout: settings.turnTimeout,
    rounds: String(settings.rounds),
    maxHandovers: String(settings.maxHandovers),
    sides: Object.fromEntries([
      ...first.map((named) => [nameOf(named), 'first'] as const),
      ...second.map((named) => [nameOf(named), 'second'] as const),
    ]),
  };
}

/** What a draft amounts to; what the form does not show is kept from the circle it was made of. */
export function circleOf(
  draft: CircleDraft,
  from: Circle | null,
): { ok: true; circle: CreateCircle } | { ok: false; errors: DraftErrors } {
  const termination =
    draft.termination === null ? from?.settings.termination : terminationOf(draft.termination);
  const of = (side: Side) => Object.keys(draft.sides).filter((name) => draft.sides[name] === side);
  const sides = [of('first'), of('second')];
  const parsed = CreateCircle.safeParse({
    name: draft.name,
    description: draft.description.trim(),
    mode: draft.mode,
    visibility: draft.visibility,
    settings: {
      ...from?.settings,
      ...(termination !== undefined && { termination }),
      turnTimeout: draft.turnTimeout,
      rounds: Number(draft.rounds),
      maxHandovers: Number(draft.maxHandovers),
      sides: sides.some((side) => side.length > 0) ? sides : undefined,
    },
  });
  if (parsed.success) return { ok: true, circle: parsed.data };
  return {
    ok: false,
    errors: errorsOf(parsed.error.issues.map(({ path, message }) => ({ path: path.join('/'), message }))),
  };
}

/** The errors by the control that they belong to. */
export function errorsOf(problems: readonly Pick<ProblemItem, 'path' | 'message'>[]): DraftErrors {
  return Object.fromEntries(
    problems.map(({ path, message }) => {
      const parts = path.split('/').filter((part) => part !== '');
      const field = parts[0] === 'settings' ? (parts[1] ?? 'general') : (parts[0] ?? 'general');
      return [field, message];
    }),
  );
}
