import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import type { EmbeddingModel } from '../../contracts/embedding.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import type { User } from '../../contracts/user.ts';
import { json } from '../json.ts';
import type { Pool, Transaction } from '../pool.ts';
import { sql } from '../pool.ts';

/** Who changes it, for the audit. */
export interface SpaceChanger {
  user: Pick<User, 'id' | 'email' | 'name'>;
  requestId: string;
}

const Changed = z.object({ id: z.number().int(), revision: z.number().int() });
type Changed = z.infer<typeof Changed>;
const Nothing = z.object({});

type Step = 'pause' | 'resume' | 'cancel';

/** From which statuses to which. To resume the active space is to try again what could not be embedded. */
const STEPS: Readonly<Record<Step, { from: readonly string[]; to: string; done: string }>> = {
  pause: { from: ['building'], to: 'paused', done: 'paused' },
  resume: { from: ['paused', 'failed', 'active'], to: 'building', done: 'resumed' },
  cancel: { from: ['building', 'paused', 'failed'], to: 'retired', done: 'canceled' },
};

/** What administrators decide about spaces; its workflow is woken in the same transaction. */
export const createSpacesChange = (pool: Pool) => ({
  /**
   * Begins to fill a space, which is that of before where the model was used before.
   * @returns its id
   * @throws GatheringFailure `Conflict` where one is being filled already, or the model serves already
   */
  changeModel: (model: EmbeddingModel & { dimensions: number }, by: SpaceChanger): Promise<number> =>
    pool.transaction(async (transaction) => {
      await transaction.query(sql.type(Nothing)`select pg_advisory_xact_lock(hashtext('memory.spaces'))`);
      const other = await transaction.maybeOne(sql.type(z.object({ model: z.string() }))`
        select model from memory.spaces where status in ('building', 'paused', 'failed')`);
      if (other !== null)
        throw conflict(`Embeddings by "${other.model}" are being made already; cancel that first.`);
      const { provider, dimensions } = model;
      const space = await transaction.maybeOne(sql.type(Changed)`
        insert into memory.spaces as s (provider, model, dimensions, status, created_by)
        values (${provider}, ${model.model}, ${dimensions}, 'building', ${by.user.name})
        on conflict (provider, model, dimensions) do update
          set status = 'building', revision = s.revision + 1, error = null,
            created_by = excluded.created_by, created_at = clock_timestamp(), activated_at = null
          where s.status = 'retired'
        returning id, revision`);
      if (space === null) throw conflict(`"${model.model}" is the model in use.`);
      await transaction.query(sql.type(Nothing)`select memory.index_space(${space.id}::smallint)`);
      await tell(transaction, space, { action: 'change', by, what: model });
      return space.id;
    }),

  /** @throws GatheringFailure `NotFound`; `Conflict` where its status does not allow it */
  stepSpace: (id: number, step: Step, by: SpaceChanger): Promise<void> =>
    pool.transaction(async (transaction) => {
      await transaction.query(sql.type(Nothing)`select pg_advisory_xact_lock(hashtext('memory.spaces'))`);
      const space = await transaction.maybeOne(sql.type(Changed.extend({ status: z.string() }))`
        select id, revision, status from memory.spaces where id = ${id} for no key update`);
      if (space === null) throw new GatheringFailure('NotFound', 'There is no such space of embeddings.');
      const { from, to, done } = STEPS[step];
      if (!from.includes(space.status))
        throw conflict(`A space of embeddings that is ${space.status} cannot be ${done}.`);
      const changed = await transaction.one(sql.type(Changed)`
        update memory.spaces set revision = revision + 1, error = null,
          status = case status when 'active' then status else ${to} end
        where id = ${id} returning id, revision`);
      await tell(transaction, changed, { action: step, by, what: {} });
    }),
});

async function tell(
  transaction: Transaction,
  { id, revision }: Changed,
  { action, by: { user, requestId }, what }: { action: string; by: SpaceChanger; what: object },
): Promise<void> {
  await transaction.query(sql.type(Nothing)`select memory.wake('space', ${String(id)}, ${revision})`);
  await transaction.query(sql.type(Nothing)`
    insert into auth.audit (id, user_id, user_email, action, resource, resource_id, data, request_id)
    values (${uuid()}, ${user.id}, ${user.email}, ${`embeddings:${action}`}, 'embeddings', ${String(id)}, ${json(what)}, ${requestId})`);
}

const conflict = (message: string): GatheringFailure => new GatheringFailure('Conflict', message);
