import { expect, it } from '@jest/globals';

import { withApi } from '../testing/api-server.ts';
import { buildWorld } from '../testing/memory-walls/build-world.ts';
import { changesOf } from '../testing/memory-walls/change-world.ts';
import { listenTo } from '../testing/memory-walls/listen-world.ts';
import { choicesOf } from '../testing/memory-walls/random.ts';
import { type Read, readsOf } from '../testing/memory-walls/read-world.ts';

/** `WALLS_READS=2000 WALLS_SEED=…` for more of it, in another world; a signed-in person stays so for half an hour. */
const READS = Number(process.env['WALLS_READS'] ?? 600);
const SEED = process.env['WALLS_SEED'] ?? 'walls';
const READS_BETWEEN_CHANGES = 6;
const TIMEOUT_MS = 60_000 + 400 * READS;
const api = withApi();

it(
  'shows nobody, wherever and however they read, what they may not see, while everything changes',
  async () => {
    const [choices, problems] = [choicesOf(SEED), [] as string[]];
    const built = await buildWorld(api, choices);
    const { world } = built;
    const changes = changesOf(api, built, choices, problems);
    const reads = readsOf(api, built, choices, changes.aScope);
    const ears = await listenTo(built, choices, problems);
    const judge = ({ what, reader, text, isComplete, wrongly }: Read): void => {
      const seen = new Set([...text.matchAll(/zq(\d+)q/g)].map(([, number]) => Number(number)));
      const who = `${JSON.stringify(reader)}${reader.kind === 'person' ? world.people.get(reader.id) : ''}`;
      if (wrongly !== undefined) problems.push(wrongly);
      for (const number of seen) {
        const unit = world.units.get(number);
        if (unit === undefined || !changes.maySee(reader, unit))
          problems.push(`${what}: ${who} read ${number}`);
      }
      if (isComplete !== true) return;
      for (const [number, unit] of world.units)
        if (unit.kind === 'memory' && unit.isCurrent && !seen.has(number) && changes.maySee(reader, unit))
          problems.push(`${what}: ${who} did not read ${number}`);
    };

    await changes.fill();
    ears.note();
    let seen = 0;
    for (let read = 0; read < READS && problems.length === 0; read += 1) {
      if (read % READS_BETWEEN_CHANGES === 0) {
        await changes.one();
        ears.note();
        await ears.subscribe();
      }
      const done = await reads.one();
      judge(done);
      seen += done.text.includes('zq') ? 1 : 0;
    }
    const heard = ears.judge();
    ears.close();
    await reads.close();
    expect(problems).toEqual([]);
    // Else nothing was tried.
    expect(seen).toBeGreaterThan(READS / 4);
    expect(heard).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);
