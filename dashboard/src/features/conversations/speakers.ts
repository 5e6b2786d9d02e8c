import type { Conversation } from '../../../../contracts/conversation.ts';
import { SPEAKER_COLOURS } from '../../ui/avatar.tsx';

/** The colour of an agent: by its place among the members, so that two of them rarely share one; people have none. */
export function colourOf(
  { members }: Pick<Conversation, 'members'>,
  { kind, id }: { kind: 'agent' | 'user'; id: string },
): number | null {
  if (kind === 'user') return null;
  const place = members.filter((member) => member.kind === 'agent').findIndex((member) => member.id === id);
  return (place === -1 ? hashOf(id) : place) % SPEAKER_COLOURS;
}

/** Who has left keeps a colour too. */
const hashOf = (id: string): number =>
  Array.from(id).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
