import type { Memory, MemoryKind } from '../../../../contracts/memory.ts';

/** How a kind of memory is called, and what it is for. */
export const KINDS: Record<MemoryKind, { label: string; plural: string; explained: string }> = {
  fact: { label: 'Fact', plural: 'Facts', explained: 'One statement, kept for long.' },
  episode: { label: 'Episode', plural: 'Episodes', explained: 'A conversation, told short.' },
  block: { label: 'Block', plural: 'Blocks', explained: 'Stands in every prompt of its scope.' },
};

/** Why a version took the place of the one before it. */
export const REASONS: Record<NonNullable<Memory['supersedeReason']>, string> = {
  edited: 'Edited',
  contradicted: 'Something newer contradicts it',
  renewed: 'Told anew',
};

const SOURCES: Record<Memory['source']['by']['kind'], string> = {
  user: '',
  agent: 'Agent ',
  run: 'Run of ',
  house: '',
};

/** Who put it there: "Agent Editor", "Run of digest", "ada@example.org". */
export const sourceText = ({ by }: Memory['source']): string => `${SOURCES[by.kind]}${by.name}`;

/** "50 %". */
export const percentText = (share: number): string => `${Math.round(share * 100)} %`;
