import type { Socket } from 'socket.io';
import type { z } from 'zod';

import { Subscribe, TellTyping, TYPING_EVERY_MS } from '../../contracts/event.ts';
import { GatheringFailure } from '../../contracts/failure.ts';
import { withLogContext } from '../../platform/logger.ts';
import type { Principal } from '../auth/principals.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { refusal } from '../middleware/parse-request.ts';
import { notFound, problemOf } from '../problem.ts';
import { problemItemsOf } from '../problem-items.ts';
import { mayFollow, requireChannel } from './channels.ts';
import type { Following } from './event-tail.ts';
import type { Deliver, Message } from './subscription.ts';

const MAX_CHANNELS = 100;
const Unsubscribe = Subscribe.pick({ channel: true });
/** After which somebody may be one who must not follow any longer. */
const CHANGES_VIEWERS = /^(?:user\.left|member\.changed|circle\.(?:changed|deleted)|walls\.changed)$/;
/** Channels that not everybody may see. */
const IS_PRIVATE = /^(?:circles|conversations|memories)\//;
const IS_CONVERSATION = /^conversations\//;

export type SocketChannels = ReturnType<typeof createSocketChannels>;

interface Client {
  socket: Socket;
  principal: Principal;
  outlet: { deliver: Deliver };
}

/** What is acknowledged, and what happens after that has been sent. */
export interface Answered {
  answer: { ok: true; sequence?: number };
  begin?: () => void;
}

/** The channels that one socket follows. */
export function createSocketChannels(
  { socket, principal, outlet }: Client,
  { store, tail }: Pick<ApiDependencies, 'store' | 'tail'>,
) {
  const followed = new Map<string, Promise<Following>>();
  /** Own names of channels by what they were asked for as. */
  const names = new Map<string, string>();
  const typedAt = new Map<string, number>();

  const end = async (channel: string): Promise<void> => {
    const following = followed.get(channel);
    followed.delete(channel);
    typedAt.delete(channel);
    // One that could not begin has told so already.
    await following?.then(
      (begun) => begun.end(),
      () => undefined,
    );
  };

  /** Ends what this person may not see any more, and says so. */
  const reviewChannel = async (channel: string, asked: string): Promise<boolean> => {
    if (await mayFollow(channel, principal, store)) return true;
    await end(channel);
    const { problem } = problemOf(notFound('There is no such channel any more.'));
    socket.emit('unsubscribed', { channel: asked, problem: { ...problem, requestId: '' } });
    return false;
  };

  const isOwnTyping = (message: Message): boolean =>
    message.type === 'typing' && message.data['userId'] === principal.user.id;

  /** Messages name the channel as it was asked for. */
  const deliverTo = (channel: string, asked: string): Deliver => {
    const deliver: Deliver = (messages) =>
      outlet.deliver(
        asked === channel ? messages : messages.map((message) => ({ ...message, channel: asked })),
      );
    const afterReview = async (messages: readonly Message[]): Promise<void> => {
      if (await reviewChannel(channel, asked)) await deliver(messages);
    };
    return (messages) => {
      if (IS_PRIVATE.test(channel) && messages.some(({ type }) => CHANGES_VIEWERS.test(type)))
        return afterReview(messages);
      return deliver(messages.some(isOwnTyping) ? [] : messages);
    };
  };

  const follow = async (
    channel: string,
    { asked, after }: { asked: string; after: number | undefined },
  ): Promise<Following> => {
    // Subscribing again is starting again, from another place; others may do so at the same moment.
    while (followed.has(channel)) await end(channel);
    if (followed.size >= MAX_CHANNELS) {
      throw new GatheringFailure('LimitExceeded', `A socket may follow ${MAX_CHANNELS} channels at once.`);
    }
    const following = tail.follow(channel, { after, deliver: deliverTo(channel, asked) });
    followed.set(channel, following);
    try {
      const begun = await following;
      if (!socket.connected) await end(channel);
      return begun;
    } catch (error) {
      if (followed.get(channel) === following) followed.delete(channel);
      throw error;
    }
  };

  return {
    subscribe: (payload: unknown): Promise<Answered> =>
      withLogContext({}, async (): Promise<Answered> => {
        const { channel: asked, after } = parsed(Subscribe, payload);
        const channel = await requireChannel(asked, principal, store);
        const begun = await follow(channel, { asked, after });
        if (channel !== asked) names.set(asked, channel);
        return { answer: { ok: true, sequence: begun.sequence }, begin: () => begun.begin() };
      }),
    async unsubscribe(payload: unknown): Promise<Answered> {
      const { channel } = parsed(Unsubscribe, payload);
      await end(names.get(channel) ?? channel);
      names.delete(channel);
      return { answer: { ok: true } };
    },
    async tellTyping(payload: unknown): Promise<Answered> {
      const { channel: asked } = parsed(TellTyping, payload);
      const channel = names.get(asked) ?? asked;
      // Whoever follows it may see it.
      if (!followed.has(channel)) throw notFound('The socket follows no such channel.');
      if (!IS_CONVERSATION.test(channel))
        throw new GatheringFailure('InvalidInput', 'That somebody types is told in conversations only.');
      const now = performance.now();
      if (now - (typedAt.get(channel) ?? -Infinity) >= TYPING_EVERY_MS) {
        typedAt.set(channel, now);
        await tail.tellTyping({ channel, userId: principal.user.id, name: principal.user.name });
      }
      return { answer: { ok: true } };
    },
    /** Ends what may not be followed any more. */
    async review(): Promise<void> {
      const askedAs = new Map([...names].map(([asked, channel]) => [channel, asked]));
      for (const channel of followed.keys())
        if (IS_PRIVATE.test(channel)) await reviewChannel(channel, askedAs.get(channel) ?? channel);
    },
    endAll(): void {
      for (const channel of followed.keys()) void end(channel);
    },
  };
}

function parsed<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  throw refusal(problemItemsOf(result.error, payload));
}
