import { describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import { EVERYWHERE } from '../../contracts/memory.ts';
import { createEmbedTexts } from '../../store/memory/embed-texts.ts';
import { createSpaces } from '../../store/memory/spaces.ts';
import { createSpacesChange } from '../../store/memory/spaces-change.ts';
import { createSpacesFilling } from '../../store/memory/spaces-filling.ts';
import { withinWalls } from '../../store/memory/walls.ts';
import type { Pool } from '../../store/pool.ts';
import { sql } from '../../store/pool.ts';
import { withPool } from '../../testing/shared-servers.ts';
import { createTendSpace } from './tend-space.ts';

const ADMIN = { user: { id: uuid(), email: 'ada@example.com', name: 'Ada' }, requestId: 'r' };
const Nothing = z.object({});

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  withPool(kind, (opened) => {
    pool = opened;
  });

  /** What is embedded, and what happens before that. */
  const embedded: { model: string; text: string }[] = [];
  let before: (model: string, texts: readonly string[]) => unknown = () => undefined;
  const embedders = {
    embedderOf: (model: {
      provider: 'local' | 'openai' | 'ollama' | 'openai-compatible';
      model: string;
    }) => ({
      model,
      embed: async (texts: readonly string[]) => {
        await before(model.model, texts);
        for (const text of texts) embedded.push({ model: model.model, text });
        const length = model.provider === 'local' ? 512 : 3;
        return texts.map(() => Array.from({ length }, (_, at) => (at === 0 ? 1 : 0)));
      },
    }),
  };

  const remember = async (content: string, more: { superseded?: boolean } = {}): Promise<string> => {
    const id = uuid();
    const by = more.superseded === true ? uuid() : null;
    await withinWalls(pool, { kind: 'house' }, (walled) =>
      walled.query(sql.type(Nothing)`
        insert into memory.memories
          (id, chain, kind, scope_kind, scope_id, audience, content, author_kind, author_name, superseded_by)
        values (${id}, ${id}, 'fact', 'global', ${EVERYWHERE}, ${EVERYWHERE}, ${content}, 'house', 'house', ${by})`),
    );
    return id;
  };
  const parts = () => {
    const spaces = createSpaces(pool);
    const filling = createSpacesFilling(pool);
    const embedTexts = createEmbedTexts({ pool, spaces, embedders });
    const tendSpace = createTendSpace({ filling, embedTexts, clock: { now: () => new Date() } });
    const tend = (spaceId: number) => tendSpace({ spaceId }, { signal: AbortSignal.timeout(60_000) });
    return { spaces, tend, change: createSpacesChange(pool) };
  };
  const vectorsOf = async (space: number): Promise<number> =>
    (
      await withinWalls(pool, { kind: 'house' }, (walled) =>
        walled.one(
          sql.type(
            z.object({ count: z.number() }),
          )`select count(*) as count from memory.vectors where space = ${space}`,
        ),
      )
    ).count;
  const wokenSpaces = async (): Promise<string[]> => {
    const woken = await pool.any(
      sql.type(z.object({ subject: z.string() }))`
        delete from memory.wake_ups where kind = 'space' returning subject`,
    );
    return woken.map(({ subject }) => subject).toSorted();
  };

  it('gives the active space what it lacks, and nothing that was superseded', async () => {
    const { spaces, tend } = parts();
    const { id } = await spaces.getActiveSpace();
    for (let n = 0; n < 70; n++) await remember(`fact ${n}`);
    await remember('old fact', { superseded: true });
    embedded.length = 0;
    expect(await tend(id)).toMatchObject({ status: 'active', more: false });
    expect(new Set(embedded.map(({ text }) => text)).size).toBe(70);
    expect(await vectorsOf(id)).toBe(70);
    expect((await spaces.listSpaces())[0]?.progress).toEqual({ embedded: 70, total: 70 });
  });

  it('fills another space beside it, switches when nothing lacks, and empties the old one', async () => {
    const { spaces, tend, change } = parts();
    const old = await spaces.getActiveSpace();
    const next = await change.changeModel({ provider: 'openai', model: 'three', dimensions: 3 }, ADMIN);
    expect(await wokenSpaces()).toEqual([String(next)]);
    // What is stored while it is filled has no vector anywhere yet.
    let late = '';
    before = async () => {
      expect((await spaces.getActiveSpace()).id).toBe(old.id);
      expect(await vectorsOf(old.id)).toBe(70);
      if (late === '') late = await remember('came late');
    };
    expect(await tend(next)).toMatchObject({ status: 'active', more: false });
    before = () => undefined;
    expect((await spaces.getActiveSpace()).id).toBe(next);
    expect(await vectorsOf(next)).toBe(71);
    expect(await wokenSpaces()).toEqual([String(old.id), String(next)].toSorted());
    expect(await tend(old.id)).toMatchObject({ status: 'retired', more: false });
    expect(await vectorsOf(old.id)).toBe(0);
    expect((await spaces.listSpaces()).map(({ status }) => status)).toEqual(['active', 'retired']);
  });

  it('goes back to a model of before in its old space, out of the cache', async () => {
    const { spaces, tend, change } = parts();
    embedded.length = 0;
    const { dimensions } = { dimensions: 512 };
    const id = await change.changeModel(
      { provider: 'local', model: 'universal-sentence-encoder-lite', dimensions },
      ADMIN,
    );
    await tend(id);
    expect((await spaces.getActiveSpace()).id).toBe(id);
    expect(embedded.map(({ text }) => text)).toEqual(['came late']);
  });

  it('rests while it is paused, and is emptied when it is canceled', async () => {
    const { spaces, tend, change } = parts();
    await wokenSpaces();
    const active = (await spaces.getActiveSpace()).id;
    const id = await change.changeModel({ provider: 'openai', model: 'other', dimensions: 3 }, ADMIN);
    await expect(
      change.changeModel({ provider: 'openai', model: 'third', dimensions: 3 }, ADMIN),
    ).rejects.toMatchObject({ type: 'Conflict' });
    before = async () => {
      before = () => undefined;
      await change.stepSpace(id, 'pause', ADMIN);
    };
    expect(await tend(id)).toMatchObject({ status: 'paused', more: false });
    expect(await vectorsOf(id)).toBe(64);
    await change.stepSpace(id, 'cancel', ADMIN);
    expect(await tend(id)).toMatchObject({ status: 'retired', more: false });
    expect(await vectorsOf(id)).toBe(0);
    expect((await spaces.getActiveSpace()).id).toBe(active);
    await expect(change.stepSpace(id, 'resume', ADMIN)).rejects.toMatchObject({ type: 'Conflict' });
  });

  it('is told that a provider is away, and goes on; one that refuses makes it fail, and it can be resumed', async () => {
    const { spaces, tend, change } = parts();
    const id = await change.changeModel({ provider: 'openai', model: 'shaky', dimensions: 3 }, ADMIN);
    const stateOf = async () => (await spaces.listSpaces()).find((space) => space.id === id);
    before = () => {
      throw new GatheringFailure('Unavailable', 'away', { retryAfterMs: 3_600_000 });
    };
    await expect(tend(id)).rejects.toMatchObject({ type: 'Unavailable', retryAfterMs: 60_000 });
    expect(await stateOf()).toMatchObject({ status: 'building', error: { message: 'away' } });
    before = () => {
      throw new GatheringFailure('InvalidInput', 'no such model');
    };
    expect(await tend(id)).toMatchObject({ status: 'building', more: false });
    expect(await stateOf()).toMatchObject({ status: 'failed', error: { message: 'no such model' } });
    before = () => undefined;
    await change.stepSpace(id, 'resume', ADMIN);
    await tend(id);
    expect(await stateOf()).toMatchObject({ status: 'active', error: null });
  });

  it('embeds by its beginning what a model finds too long', async () => {
    const { spaces, tend } = parts();
    const active = (await spaces.getActiveSpace()).id;
    const long = 'word '.repeat(1_000).trim();
    for (const text of ['short', long]) await remember(text);
    before = (_, texts) => {
      if (texts.some(({ length }) => length > 3_000)) throw new GatheringFailure('InvalidInput', 'too long');
    };
    embedded.length = 0;
    await tend(active);
    before = () => undefined;
    expect(embedded.map(({ text }) => text.length)).toEqual([5, 2_000]);
    expect((await spaces.listSpaces())[0]).toMatchObject({
      error: null,
      progress: { embedded: 73, total: 73 },
    });
  });
});
