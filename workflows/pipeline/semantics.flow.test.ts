import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { Run } from '../../contracts/run.ts';
import { withPipelines } from '../../testing/pipeline-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

interface NodeText {
  id: string;
  [field: string]: unknown;
}
const transform = (id: string, expression: string, more: object = {}): NodeText => ({
  ...{ id, type: 'transform', config: { expression } },
  ...more,
});
const condition = (id: string, expression: string, more: object = {}): NodeText => ({
  ...{ id, type: 'condition', config: { expression } },
  ...more,
});
const merge = (id: string, config: object = {}): NodeText => ({ id, type: 'merge', config });
const call = (id: string, more: object = {}): NodeText => ({
  ...{ id, type: 'action', config: { action: 'call_api', method: 'POST', url: `${house.target.url}/${id}` } },
  ...more,
});
/** `a>b a:true>c` */
const edges = (text: string) =>
  text.split(' ').map((edge) => {
    const [source = '', to] = edge.split('>');
    const [from, port] = source.split(':');
    return port === undefined ? { from, to } : { from, to, port };
  });
const statusesOf = (run: Run) => Object.fromEntries(run.nodes.map(({ path, status }) => [path, status]));

beforeEach(() => {
  house.target.calls.length = 0;
  house.target.answer = () => ({ body: 'ok' });
});

describe('a chain of pure nodes', () => {
  it('is one segment: few events of history, every node told', async () => {
    const nodes = Array.from({ length: 100 }, (_, index) =>
      transform(`n${index}`, index === 0 ? 'input.start' : `nodes.n${index - 1} + 1`),
    );
    const chain = nodes.slice(1).map(({ id }, index) => ({ from: `n${index}`, to: id }));
    const run = await house.start({ nodes, edges: chain }, { input: { start: 1 } });
    expect(await run.ended()).toMatchObject({ status: 'completed', output: { n99: 100 } });
    expect((await run.handle.describe()).historyLength).toBeLessThanOrEqual(20);
    const types = (await run.events()).map(({ type }) => type);
    expect(types).toEqual([
      'run.queued',
      'run.started',
      ...nodes.map(() => 'node.completed'),
      'run.completed',
    ]);
  });
});

describe('branches', () => {
  it('that were not taken are skipped, and what comes behind them', async () => {
    const run = await house.start(
      {
        nodes: [
          condition('big', 'input.n > 3'),
          transform('yes', '"yes"'),
          transform('no', '"no"'),
          call('never'),
        ],
        edges: edges('big:true>yes big:false>no no>never'),
      },
      { input: { n: 5 } },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'completed', output: { yes: 'yes' } });
    expect(statusesOf(ended)).toEqual({
      big: 'completed',
      yes: 'completed',
      no: 'skipped',
      never: 'skipped',
    });
    expect(ended.nodes.find(({ id }) => id === 'never')).toMatchObject({ attempts: 0 });
    expect(house.target.calls).toEqual([]);
  });

  it('join in a merge of all, skipped ones absent', async () => {
    const run = await house.start({
      nodes: [
        ...[
          condition('which', 'false'),
          transform('left', '1'),
          transform('right', '2'),
          transform('other', '3'),
        ],
        merge('all'),
      ],
      edges: edges('which:true>left which:false>right left>all right>all other>all'),
    });
    expect(await run.ended()).toMatchObject({ output: { all: { right: 2, other: 3 } } });
  });

  it('join in a first merge as soon as one is there, and the slower one still runs', async () => {
    let release: (() => void) | undefined;
    house.target.answer = async ({ path }) => {
      if (path === '/slow') await new Promise<void>((resolve) => (release = resolve));
      if (path === '/after') release?.();
      return { body: path };
    };
    const run = await house.start({
      nodes: [call('slow'), call('fast'), merge('first', { mode: 'first' }), call('after')],
      edges: edges('slow>first fast>first first>after'),
    });
    const ended = await run.ended();
    expect(statusesOf(ended)).toMatchObject({ slow: 'completed', after: 'completed' });
    const first = ended.nodes.find(({ id }) => id === 'first');
    expect(first?.output).toMatchObject({ fast: { body: '/fast' } });
    expect(Object.keys(first?.output ?? {})).toEqual(['fast']);
  });

  it('join in a quorum with as many as it counts; one that cannot be reached is skipped', async () => {
    const run = await house.start({
      nodes: [
        ...[
          transform('a', '1'),
          transform('b', '2'),
          condition('c', 'false'),
          merge('two', { mode: 'quorum', count: 2 }),
        ],
        merge('three', { mode: 'quorum', count: 3 }),
      ],
      edges: edges('a>two b>two c:true>two a>three b>three c:true>three'),
    });
    const ended = await run.ended();
    expect(ended.output).toEqual({ two: { a: 1, b: 2 } });
    expect(statusesOf(ended)).toMatchObject({ three: 'skipped' });
  });
});

describe('outputs', () => {
  it('keep the order of their keys, hold null, and leave out what cannot be stored', async () => {
    const run = await house.start({
      nodes: [
        transform('z', '{"z": 1, "a": [null, "x"]}'),
        transform('none', 'input.nothing'),
        transform('keys', '$keys(nodes.z)'),
        transform('odd', '"a\\u0000b"'),
        call('between'),
        transform('later', '$keys(nodes.z)'),
      ],
      edges: edges('z>keys z>between between>later'),
    });
    const { output } = await run.ended();
    expect(output).toEqual({ none: null, keys: ['z', 'a'], odd: 'a\ufffdb', later: ['z', 'a'] });
  });

  it('of a filter are an array, whatever is left', async () => {
    const filter = (id: string, where: string) => ({
      id,
      type: 'filter',
      config: { items: '[1, 2, 3]', where },
    });
    const run = await house.start({
      nodes: [filter('none', 'false'), filter('one', 'item = 2'), filter('index', 'index > 0')],
      edges: [],
    });
    expect((await run.ended()).output).toEqual({ none: [], one: [2], index: [2, 3] });
  });

  it('of an API call are status, headers and body, and its expressions are filled in', async () => {
    house.target.answer = ({ body }) => ({ status: 201, body: { got: body } });
    const run = await house.start(
      {
        nodes: [
          transform('list', '[1, {"a": 2}]'),
          {
            ...{ id: 'post', type: 'action' },
            config: {
              ...{ action: 'call_api', method: 'POST', url: `${house.target.url}/{{ input.path }}` },
              ...{
                headers: { 'x-run': '{{ run.pipeline.name }}' },
                body: { list: '{{ nodes.list }}', text: 'is {{ nodes.list }}' },
              },
            },
          },
        ],
        edges: edges('list>post'),
      },
      { input: { path: 'a/b' } },
    );
    const sent = { list: [1, { a: 2 }], text: 'is [1,{"a":2}]' };
    expect((await run.ended()).output).toMatchObject({
      post: { status: 201, body: { got: JSON.stringify(sent) } },
    });
    const [request] = house.target.calls;
    expect(request).toMatchObject({ method: 'POST', path: '/a/b' });
    expect(request?.headers).toMatchObject({ 'x-run': 'test', 'idempotency-key': `${run.id}/post/0` });
    expect(await house.store.runs.getRunNode(run.id, { path: 'post', iteration: '0' })).toMatchObject({
      input: { body: sent },
    });
  });

  it('of a write are the path and the size of the file', async () => {
    const config = { action: 'write_file', path: 'notes/{{ input.name }}.md', content: '# {{ input.name }}' };
    const run = await house.start(
      { nodes: [{ id: 'save', type: 'action', config }], edges: [] },
      { input: { name: 'x' } },
    );
    expect((await run.ended()).output).toEqual({ save: { path: 'notes/x.md', bytes: 3 } });
  });
});

describe('a node that fails for good', () => {
  beforeEach(() => {
    house.target.answer = ({ path }) => (path === '/bad' ? { status: 400 } : { body: path });
  });

  it('fails the run: what runs is canceled, what waits is skipped', async () => {
    const hang = new Promise<never>(() => undefined);
    house.target.answer = async ({ path }) => {
      if (path === '/slow') await hang;
      // Not before the slow one is under way.
      while (!house.target.calls.some((other) => other.path === '/slow')) await new Promise(setImmediate);
      return { status: 404 };
    };
    const run = await house.start({
      nodes: [call('bad'), call('slow'), call('after')],
      edges: edges('slow>after'),
    });
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'failed', error: { type: 'NotFound', nodeId: 'bad' } });
    expect(ended.output).toBeUndefined();
    expect(statusesOf(ended)).toEqual({ bad: 'failed', slow: 'canceled', after: 'skipped' });
    await expect(run.handle.result()).rejects.toMatchObject({ cause: { type: 'NotFound' } });
  });

  it('that is pure fails the run with the place and the reason', async () => {
    const run = await house.start({
      nodes: [transform('bad', '1 + "x"'), transform('after', '1')],
      edges: edges('bad>after'),
    });
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'failed', error: { type: 'InvalidInput', nodeId: 'bad' } });
    expect(statusesOf(ended)).toEqual({ bad: 'failed', after: 'skipped' });
  });

  it('gives null under "continue", and the run completes', async () => {
    const run = await house.start({
      nodes: [
        call('bad', { onError: 'continue' }),
        transform('after', '{"is": nodes.bad, "type": $type(nodes.bad)}'),
        condition('odd', '1 + "x"', { onError: 'continue' }),
        ...[transform('yes', '1'), transform('no', '2')],
      ],
      edges: edges('bad>after odd:true>yes odd:false>no'),
    });
    const ended = await run.ended();
    expect(ended).toMatchObject({
      status: 'completed',
      output: { after: { is: null, type: 'null' }, no: 2 },
    });
    expect(statusesOf(ended)).toMatchObject({
      bad: 'failed',
      after: 'completed',
      odd: 'failed',
      yes: 'skipped',
    });
  });

  it('goes on at the port "error" under "route"', async () => {
    const run = await house.start({
      nodes: [
        call('bad', { onError: 'route' }),
        transform('good', '1'),
        transform('rescue', 'nodes.bad.type & ": " & nodes.bad.message'),
        transform('odd', '1 + "x"', { onError: 'route' }),
        transform('saved', 'nodes.odd.type'),
      ],
      edges: edges('bad>good bad:error>rescue odd:error>saved'),
    });
    const ended = await run.ended();
    const message = 'InvalidInput: The target answered with status 400';
    expect(ended).toMatchObject({ status: 'completed', output: { rescue: message, saved: 'InvalidInput' } });
    expect(statusesOf(ended)).toMatchObject({ bad: 'failed', good: 'skipped', rescue: 'completed' });
  });
});

afterEach(() => {
  house.target.answer = () => ({});
});
