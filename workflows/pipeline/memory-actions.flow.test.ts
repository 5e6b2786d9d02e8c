import { beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { CreateCircle } from '../../contracts/circle.ts';
import type { Run } from '../../contracts/run.ts';
import { withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const action = (id: string, config: object, more: object = {}) => ({ id, type: 'action', config, ...more });
const outputOf = ({ nodes }: Run, id: string) => nodes.find((node) => node.path === id)?.output;

beforeEach(() => {
  house.failpoint = () => Promise.resolve();
});

describe('actions that remember', () => {
  const circle = async (visibility: 'everyone' | 'members'): Promise<string> => {
    const by = await house.store.users.insertUser({
      ...{ email: `${uuid()}@example.com`, name: 'Pia', role: 'admin', passwordHash: '' },
    });
    const name = `circle ${uuid().slice(-12)}`;
    await house.store.circles.insertCircle(CreateCircle.parse({ name, visibility }), by);
    return name;
  };

  it('keep a fact once, however often they are tried, and find it again', async () => {
    let failures = 0;
    house.failpoint = (name) => {
      if (name !== 'effect.done' || failures >= 2) return Promise.resolve();
      failures += 1;
      return Promise.reject(new Error('the worker died'));
    };
    const of = await circle('everyone');
    const content = '{{ input.who }} keeps the heron log.';
    const run = await house.start(
      {
        nodes: [
          action('keep', { action: 'remember', content, scope: 'circle', of, tags: ['{{ input.who }}'] }),
          action('find', { action: 'recall', query: 'Who keeps the heron log?', scope: 'circle', of }),
        ],
        edges: [{ from: 'keep', to: 'find' }],
      },
      { input: { who: 'Ada' } },
    );
    const ended = await run.ended();
    expect(ended.status).toBe('completed');
    expect(failures).toBe(2);
    const { memoryId } = z.object({ memoryId: z.string() }).parse(outputOf(ended, 'keep'));
    const kept = { content: 'Ada keeps the heron log.', memoryId, kind: 'fact', tags: ['Ada'] };
    expect(outputOf(ended, 'find')).toMatchObject({ items: [kept] });
    const memory = await house.store.memories.getMemory({ kind: 'house' }, memoryId);
    expect(memory.source).toMatchObject({ by: { kind: 'run', id: run.id }, runId: run.id });
  });

  it('say of a circle whose memory is for its members only no more than of none', async () => {
    const of = await circle('members');
    const run = await house.start({
      nodes: [action('keep', { action: 'remember', content: 'A secret', scope: 'circle', of })],
    });
    const { status, error } = await run.ended();
    expect({ status, type: error?.type }).toEqual({ status: 'failed', type: 'NotFound' });
    expect(error?.message).toBe(`There is no circle "${of}" whose memory everybody may see`);
  });

  it('refuse what cannot be kept, in words', async () => {
    const content = '{{ $join(["a", "b"], "\\u0000") }}';
    for (const config of [
      { action: 'remember', content },
      { action: 'recall', query: content },
    ]) {
      const run = await house.start({ nodes: [action('one', config)] });
      expect((await run.ended()).error).toMatchObject({
        ...{ type: 'InvalidInput', message: expect.stringContaining('null character') },
      });
    }
  });

  it('refuse a scope of nobody', async () => {
    const run = await house.start({
      nodes: [action('find', { action: 'recall', query: 'Anything', scope: 'agent', of: 'nobody-there' })],
    });
    expect((await run.ended()).error).toMatchObject({ type: 'NotFound' });
  });
});
