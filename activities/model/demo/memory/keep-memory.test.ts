import { describe, expect, it } from '@jest/globals';

import type { ModelRequest } from '../../../../contracts/model.ts';
import { episodePromptOf, factsPromptOf } from '../../../../platform/prompt/index.ts';
import { labelled } from '../../../conversation/labels.ts';
import { EPISODE_SCHEMA, ExtractedFacts, FACTS_SCHEMA } from '../../../memory/extraction.ts';
import { citedAnswer } from './cited-answer.ts';
import { keepMemory } from './keep-memory.ts';

const said = (...texts: string[]): string =>
  texts
    .map((text, index) => `#${index + 1}\n${labelled({ name: 'Pia', role: null, isPerson: true }, text)}`)
    .join('\n');
const request = (
  system: string,
  content: string,
  outputSchema: ModelRequest['outputSchema'],
): ModelRequest => ({
  ...{ provider: 'demo', model: 'demo', tools: [] },
  messages: [
    { role: 'system', content: system },
    { role: 'user', content },
  ],
  ...(outputSchema === undefined ? {} : { outputSchema }),
});
const factsIn = (texts: string[], known: string[] = []) => {
  const numbered = known.map((content, index) => ({ number: index + 1, content }));
  const system = factsPromptOf({ topic: '', known: numbered });
  return ExtractedFacts.parse(keepMemory(request(system, said(...texts), FACTS_SCHEMA))).facts;
};
const contentsOf = (...texts: string[]) => factsIn(texts).map(({ content }) => content);

describe('the memory that the demo provider keeps', () => {
  it('holds what people state of themselves and of their work, each where it was said', () => {
    expect(
      contentsOf(
        'My name is Pia Berg. I work on the billing service.',
        'We use Postgres 18 for everything. Remember that invoices are sent on Mondays.',
        'Well, the deadline is 12 March.',
      ),
    ).toEqual([
      'The name of Pia is Pia Berg.',
      'Pia works on the billing service.',
      'We use Postgres 18 for everything.',
      'Invoices are sent on Mondays.',
      'The deadline is 12 March.',
    ]);
    expect(factsIn(['Hello', 'We use Postgres 18.'])[0]).toMatchObject({ from: 2, until: 2, supersedes: [] });
  });

  it('holds no questions, no small talk and nothing that agents say', () => {
    expect(contentsOf('Hello! How are you?', 'What is the deadline?', 'Thanks, great.')).toEqual([]);
    const agent = `#1\n${labelled({ name: 'Ada', role: 'editor', isPerson: false }, 'We use Postgres.')}`;
    expect(keepMemory(request(factsPromptOf({ topic: '', known: [] }), agent, FACTS_SCHEMA))).toEqual({
      facts: [],
    });
  });

  it('tells which known facts are not true any more', () => {
    const known = ['The deadline is Friday.', 'We use Postgres 17.', 'We use Jest.'];
    expect(factsIn(['No, the deadline is now Monday.'], known)).toMatchObject([
      { content: 'The deadline is Monday.', supersedes: [1] },
    ]);
    expect(factsIn(['We use Postgres 18.'], known)).toMatchObject([{ supersedes: [2] }]);
    expect(factsIn(['We switched from Jest to Vitest.'], known)).toMatchObject([{ supersedes: [3] }]);
    expect(factsIn(['The deadline is Friday.', 'The deadline is Monday.'])).toHaveLength(1);
  });

  it('holds nothing twice that a tool has kept as it was said', () => {
    const known = ['My secret flower is ORCHID-7.', 'I live in Bern', 'The deadline is now Monday.'];
    const texts = [
      'Remember that my secret flower is ORCHID-7.',
      'I live in Bern.',
      'The deadline is now Monday.',
    ];
    expect(factsIn(texts, known)).toEqual([]);
    expect(factsIn(['My secret flower is ORCHID-8.'], known)).toMatchObject([
      { content: "Pia's secret flower is ORCHID-8." },
    ]);
  });

  it('tells a conversation short', () => {
    const system = episodePromptOf({ topic: 'Herons', before: null });
    const told = keepMemory(request(system, said('The herons nest by the lake.'), EPISODE_SCHEMA));
    expect(told).toEqual({ episode: 'With Pia: The herons nest by the lake.' });
  });

  it('is nothing to other requests', () => {
    expect(keepMemory(request('You are Ada.', 'Hello', FACTS_SCHEMA))).toBeUndefined();
  });
});

describe('the answer of the demo provider to what a search of documents has found', () => {
  it('quotes what is asked for, with the number of its passage', () => {
    const content =
      '[1] birds.md › Herons\nHerons nest in March. They eat fish.\n\n[2] birds.md › Owls\nOwls hunt at night.\n\nThey are silent.';
    const answer = citedAnswer('When do owls hunt?', [
      { role: 'tool', toolCallId: '1', toolName: 'search_knowledge', content, isError: false },
    ]);
    expect(answer).toBe('Owls hunt at night. [2]');
  });

  it('is none where nothing was found', () => {
    const content = 'No document that you may read says anything of that.';
    expect(
      citedAnswer('When?', [
        { role: 'tool', toolCallId: '1', toolName: 'search_knowledge', content, isError: false },
      ]),
    ).toBeUndefined();
  });
});
