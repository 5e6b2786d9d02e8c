import { Link } from 'react-router';

import { TimeAgo } from '../../ui/time.tsx';
import type { Note } from './live-notes.ts';
import { useNameOf } from './use-name-of.ts';

/** One quiet line: who did what with the conversation, and when. */
export function NoteLine({ note: { by, did, at, to } }: { note: Note }) {
  const nameOf = useNameOf();
  return (
    <p className="px-3 text-center text-xs text-ink-2">
      {by === undefined ? 'GatheRing' : nameOf(by)}{' '}
      {to === undefined ? (
        did
      ) : (
        <Link to={to} className="underline underline-offset-2">
          {did}
        </Link>
      )}{' '}
      · <TimeAgo at={at} />
    </p>
  );
}
