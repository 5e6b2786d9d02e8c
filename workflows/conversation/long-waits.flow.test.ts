import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import { searchAttributes } from '../../platform/search-attributes.ts';
import {
  openConversationHouse,
  type OpenedConversationHouse,
} from '../../testing/open-conversation-house.ts';
import { openDatabase, type TestDatabase, withTimeSkipping } from '../../testing/shared-servers.ts';

/** `IndexedValueType` of Temporal's API. */
const KEYWORD = 2;
const ATTRIBUTES = Object.fromEntries(searchAttributes.map(({ name }) => [name, KEYWORD]));
const temporal = withTimeSkipping();
// Hooks of the outer level run last: the server that skips time is there until the house is closed.
describe('a conversation', () => {
  let database: TestDatabase | undefined;
  let opened: OpenedConversationHouse | undefined;
  beforeAll(async () => {
    const { address, namespace = 'default', client, connection } = temporal.current;
    // This server cannot say which ones it has.
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: ATTRIBUTES });
    database = await openDatabase();
    opened = await openConversationHouse({ address, namespace, client, taskQueue: uuid() }, database);
  }, 180_000);
  afterAll(async () => {
    await opened?.close();
    await database?.close();
  });
  const house = (): OpenedConversationHouse => {
    if (opened === undefined) throw new Error('the house is there inside of tests only');
    return opened;
  };

  it('ends when nobody has said anything for as long as its settings allow', async () => {
    const { id } = await house().circle(['Ada', 'Bob']);
    const termination = {
      any: [
        { kind: 'maxTurns', turns: 2 },
        { kind: 'idle', duration: '7 days' },
      ],
    };
    const conversation = await house().start({
      circle: id,
      topic: 'Tea',
      settings: { termination },
    });
    await conversation.untilIs('idle');
    await temporal.current.sleep('6 days');
    expect((await conversation.get()).status).toBe('idle');
    await temporal.current.sleep('2 days');
    await conversation.untilIs('ended');
    expect((await conversation.get()).statusReason).toBe('idle');
    expect(await conversation.said()).toHaveLength(2);
  });

  it('waits a month for a decision on a tool, at no cost, and the turn is none the longer for it', async () => {
    const tools = { tools: ['calculator'], approveTools: ['calculator'] };
    const { id } = await house().circle([{ name: 'Ada', ...tools }, 'Bob']);
    const call = { id: 'a', name: 'calculator', arguments: { expression: '1+1' } };
    let asked = 0;
    house().model = () => {
      asked += 1;
      return asked === 1 ? { toolCalls: [call], finishReason: 'tool-calls' } : { text: 'Two' };
    };
    const settings = { termination: { kind: 'maxTurns', turns: 1 }, turnTimeout: '10 seconds' };
    const conversation = await house().start({ circle: id, topic: 'Sums', settings });
    await conversation.untilIs('waiting');
    await conversation.handle.query('getConversationState');
    const before = (await conversation.handle.describe()).historyLength;
    await temporal.current.sleep('30 days');
    expect((await conversation.handle.describe()).historyLength).toBe(before);
    await conversation.decide({});
    await conversation.untilIs('idle');
    expect(await conversation.said()).toEqual(['Ada: Two']);
  });
});
