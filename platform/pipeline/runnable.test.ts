import { expect, it } from '@jest/globals';

import type { ProviderStatus } from '../../contracts/model.ts';
import { PipelineDefinition } from '../../contracts/pipeline.ts';
import { pipeline } from '../../testing/pipeline-parts.ts';
import { createFindRunnable, type DefinitionSource, type NamedCircle } from './runnable.ts';

const ID = '0199a0a0-0000-7000-8000-000000000001';
const ADA = '0199a0a0-0000-7000-8000-0000000000ad';
const providers: ProviderStatus[] = [
  { name: 'demo', available: true, models: [], demo: true },
  { name: 'openai', available: false, models: [], demo: false, reason: 'OPENAI_API_KEY is not set' },
];
const circle = (name: string, ...agents: NamedCircle['agents']): NamedCircle => ({
  id: name === 'ready' ? ID : name,
  name,
  agents,
});
const CIRCLES = [
  circle('ready', { name: 'ada', provider: 'demo' }),
  circle('mute', { name: 'ada', provider: 'demo' }, { name: 'ben', provider: 'openai' }),
  circle('empty'),
];
const talk = (word: string, id = 'talk') => ({
  id,
  type: 'circle',
  config: { circle: word, topic: 'What?' },
});

const problemsOf = async (nodes: object[]) => {
  const definition = PipelineDefinition.parse(pipeline(nodes));
  const source: DefinitionSource = {
    getStartable: () => Promise.resolve({ pipelineId: ID, name: 'digest', version: 1, definition }),
    findPinned: () => Promise.resolve(new Map()),
    findAgents: () => Promise.resolve([]),
    findNamedCircles: (words) =>
      Promise.resolve(CIRCLES.filter(({ id, name }) => words.includes(id) || words.includes(name))),
  };
  const { checked } = await createFindRunnable(source, providers)('digest', undefined, ADA);
  return 'problems' in checked ? checked.problems.map(({ path, message }) => `${path}: ${message}`) : [];
};

it('runs a circle whose agents can answer, by its name or id, and in a map', async () => {
  const inside = {
    id: 'each',
    type: 'map',
    config: { items: '[1]', pipeline: { nodes: [talk('ready')], edges: [] } },
  };
  expect(await problemsOf([talk('ready'), talk(ID, 'again'), inside])).toEqual([]);
});

it('names what is wrong with each circle that cannot discuss', async () => {
  expect(await problemsOf([talk('nobody', 'a'), talk('empty', 'b'), talk('mute', 'c')])).toEqual([
    'nodes[0].config.circle: There is no circle "nobody".',
    'nodes[1].config.circle: No agent speaks in the circle "empty".',
    'nodes[2].config.circle: The agent "ben" of the circle "mute" cannot answer. OPENAI_API_KEY is not set.',
  ]);
});
