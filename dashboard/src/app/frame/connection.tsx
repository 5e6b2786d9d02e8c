import { useQueryClient } from '@tanstack/react-query';
import clsx from 'clsx';
import { useEffect } from 'react';
import { toast } from 'sonner';
import { useStore } from 'zustand';

import { useNow } from '../../lib/clock.ts';
import { counted, durationText, exactTime } from '../../lib/format.ts';
import { useServices } from '../../lib/services.tsx';
import type { ConnectionState } from '../../lib/socket.ts';

const WORDS: Record<ConnectionState['phase'], string> = {
  idle: 'Not connected',
  connecting: 'Connecting',
  open: 'Live',
  offline: 'Offline',
};

export function ConnectionIndicator() {
  const phase = useStore(useServices().live.state, (state) => state.connection.phase);
  return (
    <span
      className="flex items-center gap-1.5 px-1.5 text-xs text-ink-2"
      title={phase === 'open' ? 'What you see follows the server live' : WORDS[phase]}
    >
      <span
        aria-hidden
        className={clsx(
          'size-2 rounded-full',
          phase === 'open' ? 'bg-completed' : phase === 'offline' ? 'bg-failed' : 'bg-quiet',
        )}
      />
      <span className="hidden md:inline">{WORDS[phase]}</span>
      <span className="sr-only md:hidden">{WORDS[phase]}</span>
    </span>
  );
}

/** Says since when the connection is lost, what that means and when it is tried again; afterwards, what came in. */
export function OfflineBar() {
  const { live } = useServices();
  const queries = useQueryClient();
  const connection = useStore(live.state, (state) => state.connection);
  const offline = connection.phase === 'offline';
  const now = useNow(offline ? 500 : null);
  const restored = connection.phase === 'open' ? connection.restored : undefined;
  useEffect(() => {
    if (restored === undefined) return;
    void queries.invalidateQueries();
    const news =
      restored.events === 0
        ? 'Nothing was missed.'
        : `${counted(restored.events, 'event')} came in meanwhile.`;
    toast.success(`Connected again after ${durationText(restored.after)}. ${news}`);
  }, [restored, queries]);
  if (!offline) return null;
  const seconds = Math.max(0, Math.ceil((connection.nextAttemptAt - now) / 1000));
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 border-b border-line bg-waiting-wash px-4 py-1.5 text-sm text-waiting"
    >
      <span>
        No connection since {exactTime(connection.since).split(', ').at(-1)}. What you see may be out of date;
        your runs go on.
      </span>
      <span className="tabular">{seconds > 0 ? `Next attempt in ${seconds} s.` : 'Trying …'}</span>
      <button
        type="button"
        className="font-medium underline underline-offset-2"
        onClick={() => live.connectNow()}
      >
        Try now
      </button>
    </div>
  );
}
