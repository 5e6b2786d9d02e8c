import type { Branch, Message } from '../../../../contracts/conversation.ts';

/** Whether a branch shows what another one holds at a sequence: its own messages, and its parents' up to where it left them. */
export function shows(
  branches: readonly Branch[],
  shown: number,
  { branch, sequence }: Pick<Message, 'branch' | 'sequence'>,
): boolean {
  let until = Number.POSITIVE_INFINITY;
  for (let at = branchOf(branches, shown); at !== undefined; at = branchOf(branches, at.parent)) {
    if (at.branch === branch) return sequence <= until;
    until = Math.min(until, at.forkedAfter);
  }
  // Branches that are not known yet show nothing but their own.
  return branch === shown;
}

const branchOf = (branches: readonly Branch[], branch: number | null): Branch | undefined =>
  branches.find((known) => known.branch === branch);

export interface Alternatives {
  /** Branches that go on differently at this place, oldest first; one at least. */
  branches: readonly number[];
  /** Which of them is looked at. */
  at: number;
}

/** How the conversation goes on at a place: with the message there, or otherwise. */
export function alternativesAt(
  branches: readonly Branch[],
  { branch, sequence }: Pick<Message, 'branch' | 'sequence'>,
): Alternatives {
  let origin = branchOf(branches, branch);
  while (origin !== undefined && origin.parent !== null && origin.forkedAfter === sequence - 1)
    origin = branchOf(branches, origin.parent);
  const found = new Set([origin?.branch ?? branch]);
  // A branch of a branch has the higher number, so that one pass finds all.
  for (const { branch: other, parent, forkedAfter } of [...branches].sort((a, b) => a.branch - b.branch))
    if (parent !== null && forkedAfter === sequence - 1 && found.has(parent)) found.add(other);
  const all = [...found].sort((a, b) => a - b);
  return { branches: all, at: Math.max(0, all.indexOf(branch)) };
}
