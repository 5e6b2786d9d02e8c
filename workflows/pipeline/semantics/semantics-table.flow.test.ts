import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { type Json, JsonObject } from '../../../contracts/json.ts';
import type { Run } from '../../../contracts/run.ts';
import type { TargetAnswer } from '../../../testing/http-target.ts';
import { withPipelines } from '../../../testing/pipeline-house.ts';
import { withTemporal } from '../../../testing/shared-servers.ts';
import { BRANCHES } from './branches.ts';
import { FAILURES } from './failures.ts';
import { MAPS } from './maps.ts';
import { type Case, edgesOf, TARGET } from './small-pipelines.ts';
import { VALUES } from './values.ts';

const temporal = withTemporal();
const house = withPipelines(temporal);

const SECTIONS = { values: VALUES, branches: BRANCHES, failures: FAILURES, maps: MAPS };
const AT_ONCE = 6;
const PATIENCE_MS = 60_000;
const MARKS: Readonly<Record<string, string>> = { completed: '', failed: '!', skipped: '-', canceled: '~' };

const Place = z.object({ path: z.string(), iteration: z.string() });

interface Came {
  run: Run;
  order: string[];
}
const came = new Map<Case, Came | { error: Error }>();

/** `/flaky/<key>/<n>` fails n times for each run that calls it. */
const failures = new Map<string, number>();
const json = (text: string): Json => JSON.parse(text) as Json; // what JSON.parse gives is JSON

function answerTo(path: string, body: string): TargetAnswer {
  const [, word = '', key = '', times = '0'] = path.split(/[/?]/);
  if (word === 'echo') return body === '' ? {} : { body: body.startsWith('{') ? json(body) : body };
  if (word === 'flaky') {
    const failed = failures.get(key) ?? 0;
    failures.set(key, failed + 1);
    return failed < Number(times) ? { status: 503 } : { body: 'at last' };
  }
  return /^\d+$/.test(word) ? { status: Number(word), headers: { location: '/ok' } } : { body: 'ok' };
}

async function play({ nodes, edges = '', input = {} }: Case): Promise<Came> {
  const definition = JSON.stringify({ nodes, edges: edgesOf(edges) }).replaceAll(TARGET, house.target.url);
  const started = await house.start(JsonObject.parse(json(definition)), { input });
  const run = await started.ended();
  const decided = (await started.events()).filter(({ type }) =>
    /^node\.(?:completed|failed|skipped|canceled)$/.test(type),
  );
  return {
    run,
    order: decided.map(({ data }) => {
      const { path, iteration } = Place.parse(data);
      return path.includes('.') ? `${path}/${iteration}` : path;
    }),
  };
}

async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the run has not ended')), PATIENCE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

beforeAll(async () => {
  house.target.answer = ({ path, body }) => answerTo(path, body);
  const waiting = Object.values(SECTIONS).flat();
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const one = next;
      const result = await inTime(play(one)).catch((error: unknown) => ({
        error: error instanceof Error ? error : new Error(String(error)),
      }));
      came.set(one, result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}, 240_000);

function endsOf({ run }: Came, { nodes }: Case): string {
  const byPath = new Map(run.nodes.map(({ path, status }) => [path, status]));
  const ids = nodes.map((node) => ('id' in node ? String(node.id) : ''));
  const ends = ids.map((id) => `${id}${MARKS[byPath.get(id) ?? ''] ?? ` is ${byPath.get(id) ?? 'absent'}`}`);
  return `${run.status === 'completed' ? '' : `${run.status}: `}${ends.join(' ')}`;
}

/** `*` stands for any text. */
const withAnyText = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    part === '*' ? expect.any(String) : part,
  ) as unknown;

describe.each(Object.entries(SECTIONS))('%s', (_, cases) => {
  it.each(cases.map((one) => [one.is, one] as const))('%s', (_is, one) => {
    const result = came.get(one);
    if (result === undefined) throw new Error('it was not run');
    if ('error' in result) throw result.error;
    expect(endsOf(result, one)).toBe(one.ends);
    if (one.output !== undefined) expect(result.run.output).toEqual(withAnyText(one.output));
    if (one.error !== undefined) {
      const { message, ...rest } = one.error;
      expect(result.run.error).toMatchObject(rest);
      if (message !== undefined) expect(result.run.error?.message).toMatch(message);
    }
    if (one.order !== undefined) expect(result.order).toEqual(one.order.split(' '));
  });
});
