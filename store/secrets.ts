import { z } from 'zod';

import { GatheringFailure } from '../contracts/failure.ts';
import { SecretSummary } from '../contracts/secret.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

export type Secrets = ReturnType<typeof createSecrets>;

const Sealed = z.object({ name: z.string(), sealed: z.instanceof(Buffer) });

/** Secrets as sealed bytes (see `platform/sealed.ts`); a readable one is never here. */
export function createSecrets(pool: Queryable) {
  return {
    putSecret(name: string, sealed: Buffer): Promise<SecretSummary> {
      return pool.one(sql.type(SecretSummary)`
        insert into pipeline.secrets (name, sealed) values (${name}, ${sql.binary(sealed)})
        on conflict (name) do update set sealed = excluded.sealed, updated_at = now()
        returning name, updated_at as "updatedAt"`);
    },

    /** Names only, by name. */
    listSecrets(): Promise<readonly SecretSummary[]> {
      return pool.any(sql.type(SecretSummary)`
        select name, updated_at as "updatedAt" from pipeline.secrets order by name`);
    },

    /** Those of the named secrets that exist. */
    async findSealed(names: readonly string[]): Promise<Map<string, Buffer>> {
      if (names.length === 0) return new Map();
      const found = await pool.any(sql.type(Sealed)`
        select name, sealed from pipeline.secrets where name = any(${sql.array([...names], 'text')})`);
      return new Map(found.map(({ name, sealed }) => [name, sealed]));
    },

    /** @throws GatheringFailure NotFound */
    async deleteSecret(name: string): Promise<void> {
      const { rowCount } = await pool.query(sql.type(z.object({}))`
        delete from pipeline.secrets where name = ${name}`);
      if (rowCount === 0) throw new GatheringFailure('NotFound', 'There is no such secret.');
    },
  };
}
