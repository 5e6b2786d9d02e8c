import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { EVERYWHERE, SearchKnowledge } from '../../contracts/memory.ts';
import { withPool } from '../../testing/shared-servers.ts';
import type { Pool } from '../pool.ts';
import { sql } from '../pool.ts';
import { createMemorySearch, type MemorySearch } from './search.ts';
import type { Space } from './spaces.ts';

const Nothing = z.object({});
const ADA = '01890000-0000-7000-8000-0000000000a1';
const idOf = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const [HANDBOOK, MINUTES] = [idOf(1), idOf(2)];

interface Passage {
  id: string;
  document: string;
  version?: number;
  content: string;
  headings?: string[];
}
const PASSAGES: readonly Passage[] = [
  {
    id: idOf(11),
    document: HANDBOOK,
    content: 'Leave is asked for by mail.',
    headings: ['Working here', 'Holidays'],
  },
  { id: idOf(12), document: HANDBOOK, content: 'The `retryAfterMs` of store/pool.ts says how long to wait.' },
  { id: idOf(13), document: HANDBOOK, version: 2, content: 'Leave is asked for by carrier pigeon.' },
  { id: idOf(14), document: MINUTES, content: 'We spoke of leave and of the harbour.' },
];

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  let search: MemorySearch;
  withPool(kind, async (opened) => {
    pool = opened;
    const space = await pool.one(sql.type(z.custom<Space>())`
      select s.id, s.provider, s.model, s.dimensions from memory.active_space('local', 'test', 4) s`);
    search = createMemorySearch({
      pool,
      embedTexts: () => Promise.resolve({ space, vectors: [[1, 0, 0, 0]] }),
    });
    for (const [id, name, audience] of [
      [HANDBOOK, 'Staff handbook', EVERYWHERE],
      [MINUTES, 'minutes.md', ADA],
    ] as const)
      await pool.query(sql.type(Nothing)`
        insert into memory.knowledge_base (id, name, scope_kind, scope_id, audience, format, media_type, bytes, sha256, chunks, created_by)
        values (${id}, ${name}, 'global', ${EVERYWHERE}, ${audience}, 'text', 'text/plain', 1, decode(md5(${id}), 'hex'), 2, 'me')`);
    for (const [position, { id, document, version = 1, content, headings = [] }] of PASSAGES.entries())
      await pool.query(sql.type(Nothing)`
        insert into memory.chunks (id, document_id, scope_id, audience, version, position, content, headings, embedded_hash, words)
        select ${id}, k.id, k.scope_id, k.audience, ${version}, ${position}, ${content}, ${sql.array(headings, 'text')}, '\\x00', ''
        from memory.knowledge_base k where k.id = ${document}`);
  });
  const found = async (
    query: string,
    more: Partial<SearchKnowledge> = {},
    role = 'operator',
  ): Promise<string[]> => {
    const { items } = await search.searchKnowledge(
      { kind: 'person', id: role === 'operator' ? ADA : HANDBOOK, role },
      { ...SearchKnowledge.parse({ query }), ...more },
    );
    return items.map(({ id }) => id);
  };

  it.each([
    ['its words', 'asking for mail', idOf(11)],
    ['its headings', 'holiday', idOf(11)],
    ['the name of its document', 'staff handbook', idOf(11)],
    ['a part of an identifier', 'retry', idOf(12)],
    ['a part of a path', 'pool.ts', idOf(12)],
  ])('a passage is found by %s', async (_, query, id) => {
    expect(await found(query)).toContain(id);
  });

  it('keeps to a document, and within the walls', async () => {
    expect((await found('leave')).toSorted()).toEqual([idOf(11), idOf(14)]);
    expect(await found('leave', { documentId: MINUTES })).toEqual([idOf(14)]);
    expect(await found('leave', {}, 'viewer')).toEqual([idOf(11)]);
  });

  it('gives a citation all that it needs', async () => {
    const { items } = await search.searchKnowledge(
      { kind: 'house' },
      SearchKnowledge.parse({ query: 'holidays' }),
    );
    expect(items[0]).toMatchObject({
      documentId: HANDBOOK,
      documentName: 'Staff handbook',
      headings: ['Working here', 'Holidays'],
      isEmbedded: false,
    });
  });

  it('goes by the version before, until the new one is read', async () => {
    await pool.query(sql.type(Nothing)`
      update memory.knowledge_base set version = 2, chunks = null where id = ${HANDBOOK}`);
    expect(await found('pigeon')).toEqual([]);
    expect(await found('leave', { documentId: HANDBOOK })).toEqual([idOf(11)]);
    await pool.query(sql.type(Nothing)`update memory.knowledge_base set chunks = 1 where id = ${HANDBOOK}`);
    expect(await found('leave', { documentId: HANDBOOK })).toEqual([idOf(13)]);
  });
});
