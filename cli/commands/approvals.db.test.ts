import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { v7 as uuid } from 'uuid';

import type { Approval } from '../../contracts/approval.ts';
import { nodeFact } from '../../contracts/node-facts.ts';
import { createApprovalSteps, type NewApproval } from '../../store/approval-steps.ts';
import { withApi } from '../../testing/api-server.ts';
import { ApiProblem } from '../api-client.ts';
import { UsageError } from '../usage-error.ts';
import { addApprovalCommands } from './approvals.ts';

const api = withApi();
const variables = ['GATHERING_URL', 'GATHERING_TOKEN'] as const;
const before = variables.map((name) => process.env[name]);
let folder: string;
let pipelineId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-approvals-'));
  process.env['GATHERING_URL'] = api.url;
  process.env['GATHERING_TOKEN'] = api.as.editor.token;
  const nodes = [{ id: 'ask', type: 'human', config: { title: 'Well?' } }];
  const pipeline = { name: 'asks', nodes };
  ({ id: pipelineId } = await api.as.admin.json<{ id: string }>('POST', '/pipelines', pipeline));
});
afterAll(async () => {
  for (const [index, name] of variables.entries()) {
    const value = before[index];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true });
});

let out: string[];
let err: string[];
let code: number | undefined;
beforeEach(() => {
  [out, err, code] = [[], [], undefined];
});

/** Runs the command as a person does who is signed in as an editor. */
async function gathering(...args: string[]): Promise<void> {
  const program = new Command().exitOverride();
  const terminal = {
    result: (text: string) => void out.push(stripVTControlCharacters(text)),
    progress: (text: string) => void err.push(text),
    onInterrupt: () => () => undefined,
  };
  addApprovalCommands(program, terminal, (given) => (code = given));
  await program.parseAsync(args, { from: 'user' });
}

async function ask(more: Partial<NewApproval> = {}): Promise<{ id: string; runId: string }> {
  const { id: runId } = await api.as.admin.json<{ id: string }>('POST', `/pipelines/${pipelineId}/runs`, {});
  const id = uuid();
  const place = { path: ['ask'], indexes: [] };
  const createdAt = '2026-01-01T00:00:00.000Z';
  await createApprovalSteps(api.pool).requestApproval(
    { runId, place, workflowId: `pipeline-run:${runId}` },
    { id, nodeId: 'ask', title: 'Publish?', quorum: 1, onTimeout: 'fail', createdAt, ...more },
    {
      waiting: nodeFact({ runId, place, kind: 'human' }, 'node.waiting', { approvalId: id }),
      facts: [],
    },
  );
  return { id, runId };
}
const get = (id: string) => api.as.admin.json<Approval>('GET', `/approvals/${id}`);

it('lists what waits, and shows what is asked', async () => {
  const { id, runId } = await ask({ instructions: '# Look', value: { a: 1 }, form: { type: 'string' } });
  await gathering('approvals', '--run', runId, '--mine');
  expect(out[0]).toContain(id);
  expect(out[0]).toContain('pending 0/1');
  await gathering('approvals', id);
  expect(out[1]).toMatch(/Publish\?[\s\S]*# Look[\s\S]*"a": 1[\s\S]*--answer/);
  await gathering('approvals', '--run', runId, '--status', 'approved');
  expect(out[2]).toBe('nothing is asked');
  expect(code).toBe(0);
});

it('approves with a comment, an answer and an edit from a file', async () => {
  const { id } = await ask({ value: { a: 1 }, form: { type: 'object', required: ['grade'] } });
  const file = join(folder, 'value.json');
  await writeFile(file, '{ "a": 2 }');
  await gathering('approve', id, '--comment', 'Fine', '--answer', '{"grade":1}', '--edit', `@${file}`);
  expect(err).toEqual(['"Publish?" is approved.']);
  expect(await get(id)).toMatchObject({
    ...{ status: 'approved', value: { a: 2 } },
    decisions: [{ by: 'editor@example.com', comment: 'Fine', answer: { grade: 1 } }],
  });
});

it('rejects, and says how many are waited for', async () => {
  const { id } = await ask({ quorum: 2 });
  await gathering('reject', id, '-c', 'No');
  expect(err).toEqual(['"Publish?" waits for others: 0 of 2 have approved.']);
  expect(await get(id)).toMatchObject({ decisions: [{ decision: 'reject', comment: 'No' }] });
});

it('says what is wrong, before anything is decided', async () => {
  const { id } = await ask({ form: { type: 'object', required: ['grade'] } });
  await expect(gathering('approve', id, '--answer', 'grade')).rejects.toBeInstanceOf(UsageError);
  await expect(gathering('approve', id, '--answer', '{}')).rejects.toThrow(/answer\.grade: is missing/);
  await expect(gathering('reject', uuid())).rejects.toBeInstanceOf(ApiProblem);
  expect(await get(id)).toMatchObject({ status: 'pending' });
});
