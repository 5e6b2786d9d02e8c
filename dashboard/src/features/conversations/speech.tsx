import clsx from 'clsx';
import type { ReactNode } from 'react';

import { Avatar } from '../../ui/avatar.tsx';

interface SpeechProps {
  name: string;
  colour: number | null;
  /** Below the name: what they are, and why they speak. */
  about?: ReactNode;
  /** Behind the name: when, and what the turn is for. */
  facts?: ReactNode;
  /** Shown on hover and by keyboard. */
  actions?: ReactNode;
  label: string;
  busy?: boolean;
  children: ReactNode;
}

/** What somebody said, or is saying: who, then their words. */
export function Speech({ name, colour, about, facts, actions, label, busy = false, children }: SpeechProps) {
  const isPerson = colour === null;
  return (
    <article
      aria-label={label}
      aria-busy={busy}
      className={clsx('group/speech relative flex gap-3 rounded-panel px-3 py-2.5', isPerson && 'bg-sunken')}
    >
      <Avatar name={name} colour={colour} />
      <div className="min-w-0 flex-1">
        <header className="flex min-h-6 flex-wrap items-baseline gap-x-2">
          <span
            data-speaker={colour ?? 'person'}
            className={clsx('font-semibold', !isPerson && 'speaker-ink')}
          >
            {name}
          </span>
          <span className="flex flex-wrap items-baseline gap-x-2 text-xs text-ink-2">{facts}</span>
        </header>
        {about !== undefined && <p className="text-xs text-ink-2">{about}</p>}
        <div className="mt-1">{children}</div>
      </div>
      {actions !== undefined && (
        <div className="absolute -top-3 right-2 flex rounded-input border border-line bg-raised opacity-0 group-focus-within/speech:opacity-100 group-hover/speech:opacity-100 pointer-coarse:opacity-100">
          {actions}
        </div>
      )}
    </article>
  );
}

/** What a turn is for, beside its speaker's name. */
export function Chip({ children }: { children: ReactNode }) {
  return <span className="rounded-sm bg-sunken px-1.5 text-xs leading-5 text-ink-2">{children}</span>;
}
