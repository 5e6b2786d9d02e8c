import { afterAll, beforeAll } from '@jest/globals';

import {
  type ConversationHouse,
  openConversationHouse,
  type OpenedConversationHouse,
} from './open-conversation-house.ts';
import type { TemporalAccess } from './open-pipeline-house.ts';
import { openDatabase, type TestDatabase } from './shared-servers.ts';

export type { ConversationHouse } from './open-conversation-house.ts';
export type { StartedConversation } from './started-conversation.ts';

const START_TIMEOUT_MS = 180_000;

/** Gives a test file a house of conversations of its own on the run's shared servers; to be used inside hooks and tests. */
export function withConversations(temporal: { readonly current: TemporalAccess }): ConversationHouse {
  let database: TestDatabase | undefined;
  let house: OpenedConversationHouse | undefined;
  beforeAll(async () => {
    database = await openDatabase();
    house = await openConversationHouse(temporal.current, database);
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await house?.close();
    await database?.close();
  });
  const opened = (): OpenedConversationHouse => {
    if (house === undefined) throw new Error('the house is there inside of hooks and tests only');
    return house;
  };
  return new Proxy({} as ConversationHouse, {
    get: (_, name): unknown => Reflect.get(opened(), name),
    set: (_, name, value) => Reflect.set(opened(), name, value),
  });
}
