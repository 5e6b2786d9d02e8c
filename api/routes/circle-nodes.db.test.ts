import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Agent } from '../../contracts/agent.ts';
import type { Circle } from '../../contracts/circle.ts';
import type { Page } from '../../contracts/page.ts';
import type { PipelineValidation } from '../../contracts/pipeline.ts';
import type { RunStarted } from '../../contracts/run.ts';
import type { Role, User } from '../../contracts/user.ts';
import { createToolCallers } from '../../store/tool-callers.ts';
import { withApi } from '../../testing/api-server.ts';
import { compute, pipeline } from '../../testing/pipeline-parts.ts';

const api = withApi();

const talksIn = (circle: string) =>
  pipeline([{ id: 'talk', type: 'circle', config: { circle, topic: 'What?' } }], [], { name: 'talks' });
const problemsOf = async (by: Role, circle: string): Promise<string[]> => {
  const checked = await api.as[by].json<PipelineValidation>('POST', '/pipelines/validate', talksIn(circle));
  return checked.problems.map(({ message }) => message);
};

describe('a pipeline with a private circle', () => {
  let circle: Circle;
  beforeAll(async () => {
    const { admin } = api.as;
    const ada = { name: 'Ada', role: 'Thinks', provider: 'demo', model: 'demo' };
    const { id } = await admin.json<Agent>('POST', '/agents', ada);
    circle = await admin.json<Circle>('POST', '/circles', { name: 'board', visibility: 'members' });
    await admin.json('PUT', `/circles/${circle.id}/members/${id}`, { kind: 'agent' });
  });

  it('is refused for who may not see it as if it were not there, by name and by id', async () => {
    for (const word of [circle.name, circle.id]) {
      const [message] = await problemsOf('editor', word);
      const [absent] = await problemsOf('editor', 'nobody');
      expect(message).toBe(absent?.replace('nobody', word));
      expect(await problemsOf('admin', word)).toEqual([]);
      expect((await api.as.editor.raw('POST', '/pipelines', talksIn(word))).status).toBe(422);
    }
  });

  it('is started by those alone who may see it', async () => {
    await api.as.admin.json('POST', '/pipelines', talksIn('board'));
    expect((await api.as.operator.raw('POST', '/pipelines/talks/runs', {})).status).toBe(422);
    expect((await api.as.admin.raw('POST', '/pipelines/talks/runs', {})).status).toBe(202);
  });
});

it('a run calls tools on behalf of the user who started it', async () => {
  await api.as.admin.json('POST', '/pipelines', pipeline([compute('one')], [], { name: 'computes' }));
  const { id } = await api.as.operator.json<RunStarted>('POST', '/pipelines/computes/runs', {});
  const { items } = await api.as.admin.json<Page<User>>('GET', '/users');
  const operator = items.find(({ role }) => role === 'operator');
  expect(await createToolCallers(api.pool).getToolCaller({ kind: 'run', id })).toEqual({
    ...{ userId: operator?.id, role: 'operator', runId: id, generation: 0 },
  });
});
