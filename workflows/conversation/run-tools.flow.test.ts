import { describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import type { Message } from '../../contracts/conversation.ts';
import type { ModelRequest } from '../../contracts/model.ts';
import { PipelineDefinition } from '../../contracts/pipeline.ts';
import { withConversations } from '../../testing/conversation-house.ts';
import { withTemporal } from '../../testing/shared-servers.ts';

const temporal = withTemporal();
const house = withConversations(temporal);

async function insertPipeline(nodes: unknown[]): Promise<string> {
  const name = `p${uuid().slice(-12)}`;
  await house.store.pipelines.insertPipeline(PipelineDefinition.parse({ name, nodes }));
  return name;
}
const toolAnswers = ({ messages }: ModelRequest): string[] =>
  messages.flatMap((message) => (message.role === 'tool' ? message.content : []));

/** An agent that makes one call and then says what it was answered. */
async function askFor(tool: string, args: object, by = house.person): Promise<Message | undefined> {
  house.model = (request) => {
    const [answer] = toolAnswers(request);
    if (answer !== undefined) return { text: answer };
    return { toolCalls: [{ id: 'call', name: tool, arguments: { ...args } }], finishReason: 'tool-calls' };
  };
  const agent = await house.agent({ name: `Ada ${uuid().slice(-6)}`, tools: ['run_pipeline', 'read_run'] });
  const conversation = await house.start({ agent, by });
  await conversation.post('Please run it.');
  await conversation.untilIs('idle');
  return (await conversation.messages()).at(-1);
}

describe('an agent that runs pipelines', () => {
  it('gets the output of a run, which belongs to who speaks with it', async () => {
    const name = await insertPipeline([
      { id: 'sum', type: 'transform', config: { expression: 'input.a + input.b' } },
    ]);
    const said = await askFor('run_pipeline', { pipeline: name, input: { a: 2, b: 3 } });
    expect(said?.content).toMatch(/"status":"completed","output":\{"sum":5\}/);
  });

  it('reads a run', async () => {
    const said = await askFor('read_run', { runId: uuid() });
    expect(said?.content).toContain('There is no such run');
  });

  it('starts nothing for people who may not', async () => {
    const name = await insertPipeline([{ id: 'one', type: 'transform', config: { expression: '1' } }]);
    const viewer = await house.newPerson('viewer');
    const said = await askFor('run_pipeline', { pipeline: name }, viewer);
    expect(said?.content).toContain('may not start runs');
  });

  it('is told what is wrong with what it asks for', async () => {
    const said = await askFor('run_pipeline', { pipeline: 'nothing-of-this-name' });
    expect(said?.content).toContain('no such pipeline');
  });
});
