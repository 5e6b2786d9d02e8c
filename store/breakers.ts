import { z } from 'zod';

import { BreakerState } from '../contracts/breaker.ts';
import type { Id } from '../contracts/ids.ts';
import type { Queryable } from './pool.ts';
import { sql } from './pool.ts';

/** Circuit breakers as people see them; effects ask and tell them in the transactions of `effects.ts`. */
export function createBreakers(pool: Queryable) {
  return {
    /** Those of a pipeline that have seen a failure; by node. */
    listBreakers(pipelineId: Id): Promise<readonly BreakerState[]> {
      return pool.any(sql.type(BreakerState)`
        select
          path as "nodeId", failures, opened_at as "openedAt", trial_at as "trialAt",
          case when opened_at is null then 'closed' when trial_at > clock_timestamp() then 'open' else 'half_open' end as state
        from (
          select *, opened_at + recovery_ms * interval '1 millisecond' as trial_at
          from pipeline.breakers where pipeline_id = ${pipelineId}
        ) b
        order by path`);
    },

    /** Closes it, as if nothing had ever failed; what is under way then does not open it again. Safe to repeat. */
    async resetBreaker(pipelineId: Id, path: string): Promise<void> {
      await pool.query(sql.type(z.object({}))`
        update pipeline.breakers
        set failures = 0, opened_at = null, trial_key = null, trial_until = null, closed_at = clock_timestamp()
        where pipeline_id = ${pipelineId} and path = ${path}`);
    },
  };
}
