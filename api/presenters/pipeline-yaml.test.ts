import { readdir, readFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { PipelineDefinition } from '../../contracts/pipeline.ts';
import { call, pipeline } from '../../testing/pipeline-parts.ts';
import { definitionFromYaml, definitionToYaml } from './pipeline-yaml.ts';

const SEEDS = new URL('../../seeds/pipelines/', import.meta.url);
const names = await readdir(SEEDS);
const again = (text: string): string => definitionToYaml(PipelineDefinition.parse(definitionFromYaml(text)));

it.each(names)('gives %s back byte by byte after an export', async (name) => {
  const exported = again(await readFile(new URL(name, SEEDS), 'utf8'));
  expect(again(exported)).toBe(exported);
});

it('gives any value back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'grapheme', maxLength: 400 }), (value, content) => {
      const body = { value: JSON.parse(JSON.stringify(value)) as unknown, content };
      const definition = PipelineDefinition.parse(pipeline([call('a', { body })]));
      const text = definitionToYaml(definition);
      expect(definitionFromYaml(text)).toEqual(definition);
      expect(again(text)).toBe(text);
    }),
    { numRuns: 300 },
  );
});

it('gives texts back that YAML could take for something else', () => {
  const texts = [
    'yes',
    'null',
    '~',
    '0x10',
    '1e3',
    '.inf',
    ' lead',
    'trail ',
    'a\n\nb\n\n',
    '- x',
    '# x',
    'a: b',
    '\t',
    '\r\n',
    '',
    '"',
    "'",
    '|',
    '*a',
    '&a',
    '!x',
    '%x',
    '@',
    '{{ input }}',
    `${'word '.repeat(60)}\n end`,
  ];
  const definition = PipelineDefinition.parse(pipeline([call('a', { body: texts })]));
  expect(definitionFromYaml(definitionToYaml(definition))).toEqual(definition);
});

describe('a text is refused', () => {
  it.each<[string, string, RegExp]>([
    ['with a key twice', 'name: a\nname: b\n', /"name" stands twice/],
    ['with a key twice, in other quotes', '{"a": 1, \'a\': 2}', /"a" stands twice/],
    ['with tabs for indentation', 'nodes:\n\t- id: a\n', /Tabs are not allowed as indentation at line 2/],
    ['with a byte order mark', '\uFEFFname: a\n', /byte order mark/],
    ['of two documents', 'a: 1\n---\nb: 2\n', /multiple documents/],
    ['with a tag', 'a: !!js/function x\n', /Unresolved tag/],
    ['with a tag that stands for bytes', 'a: !!binary aGVsbG8=\n', /Unresolved tag/],
    ['with a list for a key', '? [a]\n: 1\n', /keys must be strings/],
    ['with an anchor that there is not', 'a: *b\n', /Unresolved alias/],
    ['with a bomb of aliases', bomb(), /Excessive alias count/],
    ['that is nested without end', '['.repeat(5_000), /nested too deeply|Flow sequence/],
    ['with a mistake in each of many words', '"a" '.repeat(200_000), /must not hold more than 80000 values/],
    ['with as many mistakes as are still read', '"a" '.repeat(5_000), /at line 1, column 5$/],
    ['that is cut off', 'a: "b', /Missing closing "quote/],
  ])('%s', (_, text, why) => {
    expect(() => definitionFromYaml(text)).toThrow(why);
  });

  it('that holds more values than any definition', () => {
    expect(() => definitionFromYaml(`[${'1,'.repeat(200_000)}1]`)).toThrow(/must not hold more than/);
  });
});

it('leaves a prototype a key, for the validator to refuse', () => {
  expect(Object.keys(definitionFromYaml('__proto__: {a: 1}\n') as object)).toEqual(['__proto__']);
});

function bomb(): string {
  const lines = ['a0: &a0 [x, x]'];
  for (let level = 1; level < 12; level++)
    lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}*a${level - 1}]`);
  return lines.join('\n');
}
