import { GatheringFailure } from '../../contracts/failure.ts';
import { channelOf } from '../../contracts/place.ts';
import type { Permission } from '../../contracts/policy.ts';
import type { Store } from '../../store/store.ts';
import type { Principal } from '../auth/principals.ts';
import { requirePermission } from '../middleware/authorize.ts';
import { isStorable } from '../middleware/parse-json.ts';
import { notFound } from '../problem.ts';

type Records = Pick<Store, 'runs' | 'circles' | 'conversations' | 'agents' | 'users'>;

interface Kind {
  permission: Permission;
  /** The channel of what is named. @throws GatheringFailure NotFound for whom it is not visible */
  find(idOrName: string, principal: Principal, records: Records): Promise<string>;
}

/** Kinds of channels by what stands before the slash. */
const KINDS: Readonly<Partial<Record<string, Kind>>> = {
  runs: {
    permission: 'runs:read',
    async find(id, _, { runs }) {
      await runs.getRunStatus(id);
      return channelOf.run(id);
    },
  },
  circles: {
    permission: 'circles:read',
    find: async (idOrName, { user }, { circles }) =>
      channelOf.circle((await circles.getCircle(idOrName, user)).id),
  },
  conversations: {
    permission: 'conversations:read',
    find: async (id, { user }, { conversations }) =>
      channelOf.conversation((await conversations.getStanding(id, user)).id),
  },
  agents: {
    permission: 'agents:read',
    find: async (idOrName, _, { agents }) => channelOf.agent((await agents.getAgent(idOrName)).id),
  },
  memories: { permission: 'memories:read', find: findAudience },
};

/** What everybody may see, what one sees alone, or what a circle's people do; administrators see everybody's. */
async function findAudience(
  asked: string,
  { user }: Principal,
  { circles, users }: Records,
): Promise<string> {
  // Ids are written small in the names of channels.
  const audience = asked.toLowerCase();
  if (audience === EVERYONE || audience === user.id) return channelOf.memories(audience);
  if (user.role === 'admin' && (await users.findUser(audience)) !== null) return channelOf.memories(audience);
  const { id } = await circles.getCircle(audience, user);
  // By its id alone, since people have ids too.
  if (id !== audience) throw notFound('There is no such channel.');
  return channelOf.memories(id);
}

const EVERYONE = 'everyone';
const ACTIVITY: Permission = 'runs:read';
const NAMED = /^([a-z]+)\/([^/]+)$/;

/**
 * Lets a channel be followed by those who may see what it tells of.
 * @returns the channel's own name: `circles/<id>` for `circles/<name>`
 * @throws GatheringFailure NotFound for what is no channel, or not for them; Forbidden
 */
export async function requireChannel(
  channel: string,
  principal: Principal,
  records: Records,
): Promise<string> {
  const [, kindName = '', idOrName = ''] = NAMED.exec(channel) ?? [];
  const kind = Object.hasOwn(KINDS, kindName) ? KINDS[kindName] : undefined;
  if (!isStorable(channel) || (kind === undefined && channel !== channelOf.activity))
    throw notFound('There is no such channel.');
  requirePermission(principal, kind?.permission ?? ACTIVITY);
  return kind === undefined ? channel : kind.find(idOrName, principal, records);
}

/** Whether somebody who follows a channel may go on: circles are closed to others, and people are taken out of them. */
export async function mayFollow(channel: string, principal: Principal, records: Records): Promise<boolean> {
  try {
    await requireChannel(channel, principal, records);
    return true;
  } catch (error) {
    if (error instanceof GatheringFailure && (error.type === 'NotFound' || error.type === 'Forbidden'))
      return false;
    throw error;
  }
}
