import type { Socket } from 'socket.io-client';

import type { Id } from '../../contracts/ids.ts';
import type { Built } from './build-world.ts';
import { maySee, seesCircle, type World } from './oracle.ts';
import type { Choices } from './random.ts';

interface Told {
  type: string;
  data: { ids?: readonly string[] };
}

/** A socket for each person, which follows all that it is let follow. */
export async function listenTo({ world, clients }: Built, choices: Choices, problems: string[]) {
  const sockets = new Map<Id, Socket>();
  const heard: { person: Id; ids: readonly string[] }[] = [];
  /** Who might see each memory when it was told of. */
  const allowed = new Map<string, ReadonlySet<Id>>();
  for (const [person, client] of clients) {
    const socket = await client.socket();
    socket.on('message', ({ type, data }: Told) => {
      if (type === 'memory.remembered') heard.push({ person, ids: data.ids ?? [] });
    });
    sockets.set(person, socket);
  }

  return {
    /** Somebody asks to follow something. */
    subscribe: async (): Promise<void> => {
      const [person, socket] = choices.one([...sockets]);
      const audience = choices.one([
        'everyone',
        ...world.people.keys(),
        ...world.circles.keys(),
        ...world.agents.keys(),
      ]);
      const channel = `memories/${audience}`;
      const { ok } = (await socket.emitWithAck('subscribe', { channel })) as { ok: boolean }; // As the API acknowledges.
      if (ok !== mayFollow(world, person, audience))
        problems.push(`${world.people.get(person)} followed ${channel}: ${ok}`);
    },
    /** To be called after each change. */
    note: (): void => {
      for (const unit of world.units.values())
        if (!allowed.has(unit.id))
          allowed.set(
            unit.id,
            new Set([...world.people.keys()].filter((id) => maySee(world, { kind: 'person', id }, unit))),
          );
    },
    /** How many messages there were; those that somebody had no right to are told as problems. */
    judge: (): number => {
      for (const { person, ids } of heard)
        for (const id of ids)
          if (allowed.get(id)?.has(person) !== true)
            problems.push(`${world.people.get(person)} heard of ${id}`);
      return heard.length;
    },
    close: () => sockets.forEach((socket) => socket.close()),
  };
}

function mayFollow(world: World, person: Id, audience: string): boolean {
  if (audience === 'everyone' || audience === person) return true;
  if (world.people.has(audience)) return world.people.get(person) === 'admin';
  return seesCircle(world, person, audience);
}
