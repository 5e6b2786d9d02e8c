import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { z } from 'zod';

import { Run, RunSummary } from '../../contracts/run.ts';
import { json } from '../../store/json.ts';
import { sql } from '../../store/pool.ts';
import { withApi } from '../../testing/api-server.ts';
import { compute, edge, pipeline } from '../../testing/pipeline-parts.ts';
import { ApiProblem } from '../api-client.ts';
import { UsageError } from '../usage-error.ts';
import { addForkCommands } from './forks.ts';
import { addPipelineCommands } from './pipelines.ts';
import { addRunsCommands } from './runs.ts';

const api = withApi();
const variables = ['GATHERING_URL', 'GATHERING_TOKEN'] as const;
const before = variables.map((name) => process.env[name]);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-commands-'));
  process.env['GATHERING_URL'] = api.url;
  process.env['GATHERING_TOKEN'] = api.as.editor.token;
});
afterAll(async () => {
  for (const [index, name] of variables.entries()) {
    const value = before[index];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true });
});

let [out, err]: [string, string] = ['', ''];
let code: number | undefined;
beforeEach(() => {
  [out, err, code] = ['', '', undefined];
});

/** Runs the command as a person does who is signed in as an editor. @returns what it prints */
async function gathering(...args: string[]): Promise<string> {
  [out, err] = ['', ''];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const terminal = {
    result: (text: string) => void (out += stripVTControlCharacters(`${text}\n`)),
    progress: (text: string) => void (err += `${text}\n`),
    onInterrupt: () => () => undefined,
  };
  for (const add of [addRunsCommands, addForkCommands, addPipelineCommands])
    add(program, terminal, (given) => (code = given));
  await program.parseAsync(args, { from: 'user' });
  return out;
}
const listed = async (...args: string[]): Promise<string[]> =>
  z
    .array(RunSummary)
    .parse(JSON.parse(await gathering('runs', '--json', ...args)))
    .map(({ id }) => id);

describe('pipelines', () => {
  it('are exported and imported, as a new version where one has the name', async () => {
    await api.as.editor.json('POST', '/pipelines', pipeline([compute('a')], [], { name: 'carried' }));
    const file = join(folder, 'carried.yaml');
    await gathering('export', 'carried', '--out', file);
    const yaml = await readFile(file, 'utf8');
    expect([yaml, code]).toEqual([await gathering('export', 'carried'), 0]);
    await expect(gathering('import', file)).rejects.toThrow(UsageError);
    await writeFile(file, yaml.replace('id: a', 'id: b'));
    await gathering('import', file, '--update');
    expect(err).toBe('Version 2 of carried is published.\n');
    await writeFile(file, yaml.replace('name: carried', 'name: fresh'));
    await gathering('import', file);
    expect(err).toBe('The pipeline fresh is there, version 1.\n');
    await writeFile(file, 'name: a\nname: b\n');
    await expect(gathering('import', file)).rejects.toThrow(/Map keys must be unique/);
    expect(await gathering('pipelines')).toContain('fresh');
  });

  it('are compared, published and rolled back', async () => {
    expect(
      (await gathering('versions', 'carried'))
        .split('\n')
        .slice(1, 3)
        .map((line) => line.slice(0, 2)),
    ).toEqual(['v2', 'v1']);
    expect(await gathering('diff', 'carried', '1', '2')).toBe(
      'version 1 → version 2\n- node a (transform)\n+ node b (transform)\n',
    );
    await api.as.editor.json(
      'PUT',
      '/pipelines/carried',
      pipeline([compute('b', '2')], [], { name: 'carried' }),
      { 'if-match': '*' },
    );
    expect(await gathering('diff', 'carried')).toBe(
      'version 2 → draft\n~ node b: config.expression: "1" → "2"\n',
    );
    await gathering('publish', 'carried');
    expect(await gathering('diff', 'carried')).toBe('version 3 → draft\nno difference\n');
    await gathering('rollback', 'carried', '1');
    expect(err).toBe('Version 4 is published: what version 1 was.\n');
    expect(await gathering('diff', 'carried', '1', '4')).toContain('no difference');
    await expect(gathering('rollback', 'carried', '9')).rejects.toThrow(ApiProblem);
  });
});

describe('runs', () => {
  let failed: string;
  beforeAll(async () => {
    await api.as.editor.json(
      'POST',
      '/pipelines',
      pipeline([compute('a'), compute('b')], [edge('a', 'b')], {
        name: 'fails',
        inputSchema: { type: 'object', properties: { count: { type: 'integer' }, text: { type: 'string' } } },
      }),
    );
    const body = { input: { text: 'needle', count: 1 }, tags: ['night'] };
    failed = (await api.as.operator.json<{ id: string }>('POST', '/pipelines/fails/runs', body)).id;
    await api.as.operator.json('POST', '/pipelines/fails/runs', {});
    const error = json({ type: 'Unavailable', message: 'away', nodeId: 'b' });
    const told = json([
      {
        ...{ key: `${failed}/a/0/node.completed`, type: 'node.completed' },
        data: { nodeId: 'a', path: 'a', iteration: '0', kind: 'transform', port: 'default', output: 1 },
      },
    ]);
    await api.pool.query(
      sql.type(z.object({}))`select pipeline.close_run(${failed}, 'failed', '{}', ${error}, ${told})`,
    );
  });

  it('are found by what they are', async () => {
    expect(await listed('--pipeline', 'fails', '--status', 'failed')).toEqual([failed]);
    expect(await listed('--search', 'needle')).toEqual([failed]);
    expect(await listed('--tag', 'night', '--from', '1 hour', '--max-cost', '0', '--trigger', 'api')).toEqual(
      [failed],
    );
    expect(await listed('--to', '2020-01-01')).toEqual([]);
    await expect(gathering('runs', '--from', 'yesterday')).rejects.toThrow(UsageError);
    await expect(gathering('runs', '--pipeline', 'none')).rejects.toThrow(ApiProblem);
  });

  it('are forked where they failed, with another input and other outputs', async () => {
    const fork = async (...args: string[]): Promise<Run> => {
      const id = (await gathering('fork', failed, '--no-wait', ...args)).trim();
      return Run.parse(await api.as.viewer.json('GET', `/runs/${id}`));
    };
    expect(await fork()).toMatchObject({
      forkedFrom: { runId: failed, fromNode: 'b' },
      input: { text: 'needle', count: 1 },
    });
    expect(
      await fork('--from', 'b', '-i', 'count=2', '-o', 'a:={"by": "hand"}', '--pipeline-version', '1'),
    ).toMatchObject({
      input: { text: 'needle', count: 2 },
      nodes: [{ output: { by: 'hand' }, overridden: true }, { status: 'pending' }],
    });
    await expect(gathering('fork', failed, '--from', 'none')).rejects.toThrow(/no node "none"/);
  });

  it('are restarted together, once', async () => {
    await expect(gathering('restart')).rejects.toThrow(UsageError);
    const [restarted] = JSON.parse(await gathering('restart', '--tag', 'night', '--json')) as {
      runId: string;
      newRunId: string;
    }[];
    expect([restarted?.runId, code]).toEqual([failed, 0]);
    expect(await listed('--forked-from', failed, '--trigger', 'restart')).toEqual([restarted?.newRunId]);
    expect(await gathering('restart', '--all')).toBe('no runs to restart\n');
    const { id } = await api.as.operator.json<{ id: string }>('POST', '/pipelines/fails/runs', {});
    const error = json({ type: 'Unavailable', message: 'away', nodeId: 'b' });
    await api.pool.query(
      sql.type(z.object({}))`select pipeline.close_run(${id}, 'failed', '{}', ${error}, '[]')`,
    );
    expect(await gathering('restart', '--all')).toContain(`${id}  Not everything before "b" has ended: "a".`);
    expect(code).toBe(1);
    await gathering('delete', id);
  });

  it('are tagged and deleted', async () => {
    await gathering('tag', failed, 'a', 'b');
    expect(err).toBe('The run has the tags a, b.\n');
    await gathering('delete', failed);
    expect(await listed('--status', 'failed')).toEqual([]);
    await expect(gathering('delete', failed)).rejects.toThrow(ApiProblem);
  });
});
