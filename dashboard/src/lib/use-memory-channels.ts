import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useMemo } from 'react';

import { EVERYWHERE } from '../../../contracts/memory.ts';
import { channelOf } from '../../../contracts/place.ts';
import { circlesQuery } from './roster.ts';
import { useServices, useUser } from './services.tsx';
import type { LiveMessage } from './socket.ts';

interface Hearing {
  onMessage: (message: LiveMessage) => void;
  /** Something may not be seen any more. */
  onRefused: () => void;
}

/** Follows what is remembered and known, as far as the person is told of it: of everybody, of their circles, and of them alone. */
export function useMemoryChannels({ onMessage, onRefused }: Hearing): void {
  const { api, live } = useServices();
  const userId = useUser()?.id;
  const { data: circles } = useQuery(circlesQuery(api));
  const audiences = useMemo(
    () =>
      [
        EVERYWHERE,
        ...(userId === undefined ? [] : [userId]),
        ...(circles?.items ?? []).map(({ id }) => id),
      ].join(),
    [userId, circles],
  );
  const hear = useEffectEvent(onMessage);
  const refused = useEffectEvent(onRefused);
  useEffect(() => {
    const leaves = audiences.split(',').map((audience) =>
      live.subscribe(channelOf.memories(audience), {
        onMessage: (message) => hear(message),
        onRefused: () => refused(),
      }),
    );
    return () => {
      for (const leave of leaves) leave();
    };
  }, [audiences, live]);
}
