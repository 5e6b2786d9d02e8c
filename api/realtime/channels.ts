import { channelOf } from '../../contracts/place.ts';
import type { Permission } from '../../contracts/policy.ts';
import type { Store } from '../../store/store.ts';
import type { Principal } from '../auth/principals.ts';
import { requirePermission } from '../middleware/authorize.ts';
import { isStorable } from '../middleware/parse-json.ts';
import { notFound } from '../problem.ts';

const RUN_CHANNEL = /^runs\/([^/]+)$/;
const PERMISSION: Permission = 'runs:read';

/**
 * Lets a channel be followed by those who may see what it tells of.
 * @throws GatheringFailure NotFound for what is no channel, Forbidden
 */
export async function requireChannel(
  channel: string,
  principal: Principal,
  { runs }: Pick<Store, 'runs'>,
): Promise<void> {
  const runId = RUN_CHANNEL.exec(channel)?.[1];
  if ((channel !== channelOf.activity && runId === undefined) || !isStorable(channel)) {
    throw notFound('There is no such channel.');
  }
  requirePermission(principal, PERMISSION);
  if (runId !== undefined) await runs.getRunStatus(runId);
}
