import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import type { RunSearch } from '../contracts/run-search.ts';
import { withPool } from '../testing/shared-servers.ts';
import { json } from './json.ts';
import type { Pool } from './pool.ts';
import { sql } from './pool.ts';
import type { Store } from './store.ts';
import { createStore } from './store.ts';

const nothing = z.object({});
const idOf = (number: number): string => `0189${String(number).padStart(4, '0')}-0000-7000-8000-000000000000`;
const PIPELINE = '01890000-0000-7000-8000-0000000000aa';

interface Row {
  name?: string;
  status?: string;
  input?: object;
  output?: unknown;
  error?: string;
  more?: {
    version?: number;
    cost?: number;
    tags?: string[];
    trigger?: string;
    at?: string;
    forkedFrom?: string;
  };
}

/** By the number that its id is made of: of two, the larger one is the newer one. */
const rows: Record<number, Row> = {
  1: {
    name: 'Weekly report',
    input: { text: 'Müller owes us\nforty-two dollars' },
    output: { end: 'paid by wire' },
  },
  2: { name: 'weekly-digest', status: 'failed', error: 'The target answered with status 503' },
  3: { status: 'running', input: { customer: 'ACME-1234', mail: 'jane@example.com' } },
  4: {
    status: 'canceled',
    more: { version: 7, cost: 0.5, tags: ['night', 'eu'], trigger: 'restart', forkedFrom: idOf(2) },
  },
  5: { more: { cost: 2.25, tags: ['eu'], at: '2025-01-01T12:00:00Z' } },
  6: { input: { text: `${'filler '.repeat(3_000)} needle` }, output: `it's a "quoted" \\ needlework` },
};

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  let store: Store;
  withPool(kind, async (opened) => {
    pool = opened;
    store = createStore(pool);
    for (const [number, row] of Object.entries(rows)) await insert(Number(number), row);
  });

  const insert = (
    number: number,
    { name = 'plain', status = 'completed', input = {}, output, error, more = {} }: Row,
  ) =>
    pool.query(sql.type(nothing)`
      insert into pipeline.runs (
        id, pipeline_id, pipeline_name, pipeline_version, status, trigger, input, output, error, cost_usd, definition, workflow_input,
        tags, forked_from, created_at, ended_at
      ) values (
        ${idOf(number)}, ${PIPELINE}, ${name}, ${more.version ?? 1}, ${status}, ${more.trigger ?? 'api'}, ${json(input)},
        ${json(output)}, ${json(error === undefined ? undefined : { type: 'Unavailable', message: error })}, ${more.cost ?? 0}, '{}', '{}',
        ${sql.array(more.tags ?? [], 'text')}, ${more.forkedFrom ?? null}, ${more.at ?? '2026-01-01T00:00:00Z'}::timestamptz,
        case when ${status} <> 'running' then now() end
      )`);
  const found = async (search: RunSearch & { notRestarted?: boolean }): Promise<number[]> => {
    const { items } = await store.runs.listRuns({ limit: 50, ...search });
    return items.map(({ id }) => Number(id.slice(4, 8)));
  };

  it.each<[string, RunSearch & { notRestarted?: boolean }, number[]]>([
    ['everything, newest first', {}, [6, 5, 4, 3, 2, 1]],
    ['by several statuses', { status: ['failed', 'canceled'] }, [4, 2]],
    ['by version', { version: 7 }, [4]],
    ['by cost', { minCost: 0.5, maxCost: 2 }, [4]],
    ['by time, its end excluded', { from: '2025-01-01T13:00:00+01:00', to: '2026-01-01T00:00:00Z' }, [5]],
    ['by tag', { tag: 'eu' }, [5, 4]],
    ['by what made it start', { trigger: 'restart' }, [4]],
    ['by where it was forked', { forkedFrom: idOf(2) }, [4]],
    ['what was not restarted', { notRestarted: true, status: ['failed', 'canceled'] }, [4]],
    ['by a part of the name, in any case', { q: 'WEEKLY' }, [2, 1]],
    ['by a part of the name that is no word', { q: 'y-dig' }, [2]],
    ['by the beginning of its id', { q: '01890003' }, [3]],
    ['by its whole id', { q: idOf(3) }, [3]],
    ['by a word of the input', { q: 'müller' }, [1]],
    ['by the word after a line break', { q: 'forty-two' }, [1]],
    ['by words of input and output together', { q: 'wire dollars' }, [1]],
    ['by the beginning of a word', { q: 'acme' }, [3]],
    ['by a number with its word', { q: 'ACME-1234' }, [3]],
    ['by an address', { q: 'jane@example.com' }, [3]],
    ['by words of an error', { q: 'answered 503' }, [2]],
    ['in a run that goes on', { q: 'customer' }, [3]],
    ['no further than the first 8,000 characters', { q: 'needle' }, [6]],
    ['by what holds quotes and a backslash', { q: `"quoted" it's \\` }, [6]],
    ['by words and more', { q: 'weekly', status: ['failed'] }, [2]],
    ['nothing by words that are not there together', { q: 'wire customer' }, []],
    ['nothing by what is no word', { q: '!?' }, []],
  ])('finds %s', async (_, search, numbers) => {
    expect(await found(search)).toEqual(numbers);
  });

  it('pages through what it found', async () => {
    const first = await store.runs.listRuns({ limit: 1, q: 'weekly' });
    expect(first.items.map(({ id }) => id)).toEqual([idOf(2)]);
    const second = await store.runs.listRuns({ limit: 1, q: 'weekly', cursor: first.nextCursor ?? '' });
    expect([second.items.map(({ id }) => id), second.nextCursor]).toEqual([[idOf(1)], null]);
  });

  it('finds what an index must be asked for, behind more than it looks through', async () => {
    await pool.query(sql.type(nothing)`
      insert into pipeline.runs (
        id, pipeline_id, pipeline_name, pipeline_version, status, input, definition, workflow_input, ended_at)
      select gen_random_uuid(), ${PIPELINE}, 'many', 1, 'completed', '{"text": "crowd"}', '{}', '{}', now()
      from generate_series(1, 2100)`);
    expect(await found({ q: 'forty-two' })).toEqual([1]);
    expect(await found({ q: 'jane@example.com' })).toEqual([3]);
    expect((await store.runs.listRuns({ limit: 50, q: 'crowd' })).items).toHaveLength(50);
  });
});
