import type pg from 'pg';

import { EVERYWHERE } from '../../contracts/memory.ts';
import type { MemoryViewer } from '../../store/memory/walls.ts';
import type { Drawn } from './retrieval-corpus.ts';

const idOf = (kind: string, number: number): string =>
  `01890000-${kind.padStart(4, '0')}-7000-8000-${String(number).padStart(12, '0')}`;

/** Circles for members only, by the share of everything that is theirs; what is left is another circle's. */
const CIRCLES = [
  { name: '10 %', id: idOf('c', 1), share: 0.1 },
  { name: '1 %', id: idOf('c', 2), share: 0.01 },
  { name: '0.1 %', id: idOf('c', 3), share: 0.001 },
  { name: 'rest', id: idOf('c', 4), share: 1 },
] as const;
const AGENT = idOf('e', 1);
const EVERYBODY = idOf('a', 9);

export interface Seat {
  name: string;
  viewer: MemoryViewer;
  /** Narrows what the viewer sees. */
  scope?: { kind: 'circle'; id: string };
  /** Of what audience and of what scope the rows are that they may find; null: any. */
  audience: string | null;
}

const person = (id: string, role = 'operator'): MemoryViewer => ({ kind: 'person', id, role });

/** Who asks: as a person and as an agent, walled in to a share of everything, or asking for the scope of that share alone. */
export const SEATS: readonly Seat[] = [
  { name: '100 % (administrator)', viewer: person(EVERYBODY, 'admin'), audience: null },
  { name: '100 % (member of all)', viewer: person(EVERYBODY), audience: null },
  ...CIRCLES.slice(0, 3).flatMap(({ name, id }, at): Seat[] => [
    { name: `${name} (member)`, viewer: person(idOf('a', at + 1)), audience: id },
    { name: `${name} (scope)`, viewer: person(EVERYBODY), scope: { kind: 'circle', id }, audience: id },
    {
      name: `${name} (agent)`,
      viewer: { kind: 'agent', agentId: AGENT, conversationId: idOf('f', at + 1) },
      audience: id,
    },
  ]),
];

export async function furnish(client: pg.ClientBase): Promise<void> {
  const member = `insert into circle.memberships (circle_id, user_id, role) values ($1, $2, 'member')`;
  const user = `insert into auth.users (id, email, name, role, password_hash) values ($1::uuid, $1::uuid::text, 'member', 'operator', '')`;
  await client.query(user, [EVERYBODY]);
  await client.query(
    `insert into agent.agents (id, name, role, provider, model, personality, instructions, tools, memory_scopes, limits)
     values ($1, 'one who recalls', 'r', 'demo', 'm', '{}', '', '[]', '["circle"]', '{}')`,
    [AGENT],
  );
  for (const [at, { name, id }] of CIRCLES.entries()) {
    await client.query(
      `insert into circle.circles (id, name, description, mode, visibility, settings, created_by)
       values ($1, $2, '', 'round-robin', 'members', '{}', $3)`,
      [id, name, EVERYBODY],
    );
    await client.query(user, [idOf('a', at + 1)]);
    for (const who of [EVERYBODY, idOf('a', at + 1)]) await client.query(member, [id, who]);
    await client.query(
      `insert into conversation.conversations (id, circle_id, partner_name, topic, mode, settings, started_by_email)
       values ($1, $2, 'c', 't', 'round-robin', '{}', 'bench')`,
      [idOf('f', at + 1), id],
    );
  }
}

/** Whom the row of a number belongs to, by a draw between 0 and 1. */
function ownerOf(draw: number): (typeof CIRCLES)[number] {
  let upTo = 0;
  for (const circle of CIRCLES) {
    upTo += circle.share;
    if (draw < upTo) return circle;
  }
  return CIRCLES[3];
}

export async function remember(
  client: pg.ClientBase,
  from: number,
  drawn: readonly (Drawn & { draw: number })[],
): Promise<void> {
  const rows = drawn.map(({ text, vector, draw }, at) => {
    const { name, id } = ownerOf(draw);
    const words =
      draw * 1_000 - Math.floor(draw * 1_000) < 0.5 ? 'The team says of the project:' : 'The house says:';
    return {
      id: idOf('1', from + at),
      scope: name === 'rest' ? EVERYWHERE : id,
      kind: name === 'rest' ? 'global' : 'circle',
      audience: id,
      content: `${words} ${text} item${String((from + at) % 1_000)}`,
      vector: `[${vector.map((value) => value.toFixed(5)).join(',')}]`,
    };
  });
  await client.query(
    `with given as (
       select * from json_to_recordset($1::json) as g (id uuid, scope uuid, kind text, audience uuid, content text, vector text)
     ), kept as (
       insert into memory.memories (id, chain, kind, scope_kind, scope_id, audience, content, author_kind, author_name, created_at)
       select g.id, g.id, 'fact', g.kind, g.scope, g.audience, g.content, 'house', 'house', now() - interval '1 day' * (hashtext(g.content) & 255)
       from given g
     )
     insert into memory.vectors (space, dimensions, source, unit_id, scope_id, audience, embedding)
     select s.id, s.dimensions, 'memory', g.id, g.scope, g.audience, g.vector::halfvec
     from given g, memory.spaces s where s.status = 'active'`,
    [JSON.stringify(rows)],
  );
}

/** The ten nearest that fit, by comparing all. */
export async function nearestOfAll(
  client: pg.ClientBase,
  { audience }: Seat,
  vector: readonly number[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>(
    `select v.unit_id as id from memory.vectors v where v.source = 'memory' and ($1::uuid is null or v.audience = $1)
     order by v.embedding <=> $2::halfvec limit 10`,
    [audience, `[${vector.join(',')}]`],
  );
  return new Set(rows.map(({ id }) => id));
}
