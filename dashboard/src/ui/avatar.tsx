import clsx from 'clsx';
import { UserRound } from 'lucide-react';

export const SPEAKER_COLOURS = 8;

interface AvatarProps {
  name: string;
  /** Of a speaker; null for a person, whose mark is a figure. */
  colour: number | null;
  small?: boolean;
}

/** The mark of who speaks: initials in a colour of their own. The name always stands beside it. */
export function Avatar({ name, colour, small = false }: AvatarProps) {
  return (
    <span
      aria-hidden
      data-speaker={colour ?? 'person'}
      className={clsx(
        'speaker-wash inline-flex shrink-0 items-center justify-center font-semibold select-none',
        colour === null ? 'rounded-full' : 'rounded-panel',
        small ? 'size-6 text-[10px]' : 'size-8 text-xs',
      )}
    >
      {colour === null && initialsOf(name) === '' ? <UserRound className="size-4" /> : initialsOf(name)}
    </span>
  );
}

/** "Product manager" → "PM", "Editor" → "Ed". */
export function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const [first = '', second] = words;
  if (second === undefined) return first.slice(0, 2).replace(/^./u, (letter) => letter.toUpperCase());
  return [first, second]
    .map((word) => Array.from(word)[0] ?? '')
    .join('')
    .toUpperCase();
}
