import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { CreateAgent } from '../contracts/agent.ts';
import { Agent } from '../contracts/agent.ts';
import { GatheringFailure } from '../contracts/failure.ts';
import type { Id } from '../contracts/ids.ts';
import type { Page } from '../contracts/page.ts';
import type { ListPosition } from './cursor.ts';
import { idBefore, isId, pageOfRows } from './cursor.ts';
import { jsonb } from './json.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';
import { isDuplicate } from './store-failure.ts';
import type { Expected } from './version-check.ts';
import { versionCheck, VersionMismatch } from './version-check.ts';

const columns = sql.fragment`
  id, name, role, persona, provider, model, personality, instructions, tools, approve_tools as "approveTools",
  memory_scopes as "memoryScopes", limits,
  version, created_at as "createdAt", updated_at as "updatedAt"`;

const nameTaken = (name: string): GatheringFailure =>
  new GatheringFailure('Conflict', `There is an agent named "${name}" already.`);
const notFound = (): GatheringFailure => new GatheringFailure('NotFound', 'There is no such agent.');

/** Definitions of agents. A run keeps the ones that it was started with, so changing one changes no run. */
export function createAgents(pool: Queryable) {
  const find = async (idOrName: string): Promise<Agent | null> => {
    const agents = await pool.any(sql.type(Agent)`
      select ${columns} from agent.agents where name = ${idOrName} or id = ${isId(idOrName) ? idOrName : null}`);
    return agents.find(({ id }) => id === idOrName) ?? agents[0] ?? null;
  };

  return {
    /** @throws GatheringFailure Conflict when the name is taken */
    async insertAgent(agent: CreateAgent, id: Id = uuid()): Promise<Agent> {
      const inserted = await pool.maybeOne(sql.type(Agent)`
        insert into agent.agents (id, name, role, persona, provider, model, personality, instructions, tools, approve_tools, memory_scopes, limits)
        values (
          ${id}, ${agent.name}, ${agent.role}, ${agent.persona}, ${agent.provider}, ${agent.model},
          ${jsonb(agent.personality)}, ${agent.instructions}, ${jsonb(agent.tools)},
          ${jsonb(agent.approveTools)}, ${jsonb(agent.memoryScopes)}, ${jsonb(agent.limits)}
        )
        on conflict (name) do nothing
        returning ${columns}`);
      if (inserted === null) throw nameTaken(agent.name);
      return inserted;
    },

    findAgent: find,

    /** @throws GatheringFailure NotFound */
    async getAgent(idOrName: string): Promise<Agent> {
      const agent = await find(idOrName);
      if (agent === null) throw notFound();
      return agent;
    },

    async listAgents(position: ListPosition): Promise<Page<Agent>> {
      const rows = await pool.any(sql.type(Agent)`
        select ${columns} from agent.agents where id < ${idBefore(position)} order by id desc limit ${position.limit + 1}`);
      return pageOfRows(rows, position.limit);
    },

    /** The names and the ids of all agents: everything that a pipeline may name one by. */
    async listReferences(): Promise<Set<string>> {
      const references = await pool.anyFirst(sql.type(z.object({ reference: z.string() }))`
        select name as reference from agent.agents union select id::text from agent.agents`);
      return new Set(references);
    },

    /** Those of the named agents that exist; a name is an id or a unique name. */
    async findAgents(idsOrNames: readonly string[]): Promise<readonly Agent[]> {
      if (idsOrNames.length === 0) return [];
      return pool.any(sql.type(Agent)`
        select ${columns} from agent.agents
        where name = any(${sql.array(idsOrNames, 'text')}) or id = any(${sql.array(idsOrNames.filter(isId), 'uuid')})`);
    },

    /** @throws GatheringFailure NotFound; Conflict when the name is taken; VersionMismatch */
    async updateAgent(id: Id, agent: CreateAgent, expected: Expected): Promise<Agent> {
      if (!isId(id)) throw notFound();
      const update = sql.type(Agent)`
        update agent.agents set
          name = ${agent.name}, role = ${agent.role}, persona = ${agent.persona}, provider = ${agent.provider}, model = ${agent.model},
          personality = ${jsonb(agent.personality)}, instructions = ${agent.instructions}, tools = ${jsonb(agent.tools)}, approve_tools = ${jsonb(agent.approveTools)},
          memory_scopes = ${jsonb(agent.memoryScopes)}, limits = ${jsonb(agent.limits)},
          version = version + 1, updated_at = now()
        where id = ${id} and ${versionCheck('version', expected)}
        returning ${columns}`;
      const updated = await pool.maybeOne(update).catch((error: unknown) => {
        throw isDuplicate(error) ? nameTaken(agent.name) : error;
      });
      if (updated === null) throw await missed(id);
      return updated;
    },

    /** @throws GatheringFailure NotFound; VersionMismatch */
    async deleteAgent(id: Id, expected: Expected): Promise<void> {
      if (!isId(id)) throw notFound();
      const { rowCount } = await pool.query(sql.type(z.object({}))`
        delete from agent.agents where id = ${id} and ${versionCheck('version', expected)}`);
      if (rowCount === 0) throw await missed(id);
    },
  };

  /** Why a change of an agent met no row. */
  async function missed(id: Id): Promise<Error> {
    const agent = await find(id);
    return agent === null ? notFound() : new VersionMismatch(agent.version);
  }
}
