import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { CreateCircle, MemberKind, PutMember } from '../contracts/circle.ts';
import { Circle, CircleSummary } from '../contracts/circle.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import { Id } from '../contracts/ids.ts';
import type { Page } from '../contracts/page.ts';
import type { User } from '../contracts/user.ts';
import type { ListPosition } from './cursor.ts';
import { idBefore, isId, pageOfRows } from './cursor.ts';
import { jsonb } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';
import { isDuplicate } from './store-failure.ts';
import { ISO_FORMAT } from './stored.ts';
import type { Expected } from './version-check.ts';
import { versionCheck, VersionMismatch } from './version-check.ts';

/** Who asks: what they may not see is not there. */
export type Viewer = Pick<User, 'id' | 'role'>;

const summary = sql.fragment`
  c.id, c.name, c.description, c.mode, c.visibility, c.version, c.created_at as "createdAt", c.updated_at as "updatedAt",
  (select count(*)::integer from circle.memberships m where m.circle_id = c.id and m.agent_id is not null) as agents,
  (select count(*)::integer from circle.memberships m where m.circle_id = c.id and m.user_id is not null) as people,
  (select count(*)::integer from conversation.conversations o where o.circle_id = c.id and o.status <> 'ended') as "openConversations"`;

const whole = sql.fragment`
  ${summary}, c.settings,
  (
    select coalesce(json_agg(json_build_object(
      'id', m.member_id, 'kind', case when m.agent_id is null then 'user' else 'agent' end, 'name', coalesce(a.name, u.name),
      'role', m.role, 'agentRole', a.role, 'joinedAt', to_char(m.joined_at at time zone 'utc', ${ISO_FORMAT}::text)
    ) order by m.position), '[]')
    from circle.memberships m left join agent.agents a on a.id = m.agent_id left join auth.users u on u.id = m.user_id
    where m.circle_id = c.id
  ) as members`;

const visibleTo = ({ id, role }: Viewer) => sql.fragment`
  c.deleted_at is null and circle.is_visible(c, ${id}, ${role})`;

/** One of a kind by its id or, where none has that id, by what it is called. */
const named = (member: string, kind: MemberKind) => {
  const id = isId(member) ? member : null;
  return kind === 'agent'
    ? sql.fragment`select id from agent.agents where id = ${id} or name = ${member} order by id = ${id} desc nulls last limit 1`
    : sql.fragment`select id from auth.users where id = ${id} or email = ${member.toLowerCase()} limit 1`;
};

const nameTaken = (name: string): GatheringFailure =>
  new GatheringFailure('Conflict', `There is a circle named "${name}" already.`);
const notFound = (): GatheringFailure => new GatheringFailure('NotFound', 'There is no such circle.');

/** Agents and people that talk with each other. What a viewer may not see is for them as if it were not there. */
export function createCircles(pool: Queryable) {
  const find = async (idOrName: string, viewer: Viewer): Promise<Circle | null> => {
    const circles = await pool.any(sql.type(Circle)`
      select ${whole} from circle.circles c
      where (c.name = ${idOrName} or c.id = ${isId(idOrName) ? idOrName : null}) and ${visibleTo(viewer)}`);
    return circles.find(({ id }) => id === idOrName) ?? circles[0] ?? null;
  };
  const get = async (idOrName: string, viewer: Viewer): Promise<Circle> => {
    const circle = await find(idOrName, viewer);
    if (circle === null) throw notFound();
    return circle;
  };
  /** Why a change of a circle met no row. */
  const missed = async (id: Id, viewer: Viewer): Promise<Error> => {
    const circle = await find(id, viewer);
    return circle === null ? notFound() : new VersionMismatch(circle.version);
  };

  return {
    /**
     * Who makes a private circle is a member of it.
     * @throws GatheringFailure Conflict when the name is taken
     */
    async insertCircle(circle: CreateCircle, creator: Viewer, id: Id = uuid()): Promise<Circle> {
      const inserted = await pool.maybeOne(sql.type(z.object({ id: Id }))`
        insert into circle.circles (id, name, description, mode, visibility, settings, created_by)
        values (
          ${id}, ${circle.name}, ${circle.description}, ${circle.mode}, ${circle.visibility}, ${jsonb(circle.settings)}, ${creator.id}
        )
        on conflict (name) where deleted_at is null do nothing
        returning id`);
      if (inserted === null) throw nameTaken(circle.name);
      if (circle.visibility === 'members')
        await pool.query(sql.type(z.object({}))`
          select circle.put_member(${id}, 'user', ${creator.id}, 'member')`);
      return get(id, creator);
    },

    findCircle: find,

    /** With its members, all of one moment. @throws GatheringFailure NotFound */
    getCircle: get,

    async listCircles(position: ListPosition, viewer: Viewer): Promise<Page<CircleSummary>> {
      const rows = await pool.any(sql.type(CircleSummary)`
        select ${summary} from circle.circles c where c.id < ${idBefore(position)} and ${visibleTo(viewer)}
        order by c.id desc limit ${position.limit + 1}`);
      return pageOfRows(rows, position.limit);
    },

    /**
     * Conversations that have begun keep their mode and settings; who may see them changes at once.
     * @throws GatheringFailure NotFound; Conflict when the name is taken; VersionMismatch
     */
    async updateCircle(
      id: Id,
      circle: CreateCircle,
      { expected, by }: { expected: Expected; by: Viewer },
    ): Promise<Circle> {
      const changed = await pool
        .maybeOne(
          sql.type(z.object({ id: Id }))`
          update circle.circles c set
            name = ${circle.name}, description = ${circle.description}, mode = ${circle.mode}, visibility = ${circle.visibility},
            settings = ${jsonb(circle.settings)}, version = c.version + 1, updated_at = now()
          where c.id = ${isId(id) ? id : null} and ${visibleTo(by)} and ${versionCheck('version', expected)}
          returning c.id`,
        )
        .catch((error: unknown) => {
          throw isDuplicate(error) ? nameTaken(circle.name) : error;
        });
      if (changed === null) throw await missed(id, by);
      // Who makes a circle private by this does not shut the door on themselves.
      if (circle.visibility === 'members' && by.role !== 'admin')
        await pool.query(sql.type(z.object({}))`
          select circle.put_member(${id}, 'user', ${by.id}, 'member')
          where not exists (select from circle.memberships m where m.circle_id = ${id} and m.user_id = ${by.id})`);
      return get(id, by);
    },

    /**
     * Its conversations stay and end.
     * @returns the conversations that were ended by this
     * @throws GatheringFailure NotFound; VersionMismatch
     */
    async deleteCircle(id: Id, expected: Expected, by: Viewer): Promise<readonly Id[]> {
      const Ended = z.object({ conversations: z.array(Id).nullable() });
      const ended = isId(id)
        ? await pool.oneFirst(sql.type(Ended)`
            select circle.delete_circle(${id}, ${expected === 'any' ? null : expected}) as conversations`)
        : null;
      if (ended === null) throw await missed(id, by);
      return ended;
    },

    /**
     * Puts an agent or a person into a circle, or gives them another role; asking again changes nothing. An agent may be named by its
     * name, a person by their e-mail address.
     * @throws GatheringFailure NotFound when there is no such agent or user
     */
    async putMember(id: Id, member: string, { kind, role }: PutMember): Promise<void> {
      const Outcome = z.object({ outcome: z.enum(['joined', 'changed', 'same', 'absent']) });
      const outcome = await pool.maybeOneFirst(sql.type(Outcome)`
        select circle.put_member(${id}, ${kind}, named.id, ${role}) as outcome from (${named(member, kind)}) named`);
      if (outcome === null || outcome === 'absent')
        throw new GatheringFailure('NotFound', `There is no such ${kind}.`);
    },

    /** @throws GatheringFailure NotFound when it is no member */
    async removeMember(id: Id, member: string): Promise<void> {
      const { rowCount } = await pool.query(sql.type(z.object({}))`
        delete from circle.memberships where circle_id = ${id} and member_id in (
          select found.id from (${named(member, 'agent')}) found union select found.id from (${named(member, 'user')}) found)`);
      if (rowCount === 0) throw new GatheringFailure('NotFound', 'The circle has no such member.');
    },

    /** Of its conversations that have not ended. */
    listOpenConversations(id: Id): Promise<readonly Id[]> {
      return pool.anyFirst(sql.type(z.object({ id: Id }))`
        select id from conversation.conversations where circle_id = ${id} and status <> 'ended' order by id`);
    },
  };
}
