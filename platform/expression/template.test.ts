import { expect, it } from '@jest/globals';
import fc from 'fast-check';

import { analyseTemplate, splitTemplate } from './template.ts';

it('ends an expression at the braces that close it, not at those inside it', () => {
  expect(splitTemplate('{{ {"a":{"b":1}} }}')).toEqual({
    ok: true,
    parts: [{ expression: '{"a":{"b":1}}' }],
  });
  expect(splitTemplate('a{{ "}}" }}b')).toEqual({
    ok: true,
    parts: [{ text: 'a' }, { expression: '"}}"' }, { text: 'b' }],
  });
  expect(splitTemplate('{{a}}}}')).toEqual({ ok: true, parts: [{ expression: 'a' }, { text: '}}' }] });
});

it('says where in a template what is wrong', () => {
  expect(analyseTemplate({ a: ['{{ nodes.x }}', { 'b c': '{{ ( }}' }], d: '{{ open' })).toEqual({
    ok: false,
    problems: [
      { path: '$.a[1]["b c"]', message: expect.any(String) },
      { path: '$.d', message: expect.any(String) },
    ],
  });
});

it('joins what its expressions read', () => {
  expect(analyseTemplate({ a: '{{ nodes.x }} {{ secrets.S }}', b: ['{{ input }}', 1, null] })).toMatchObject({
    ok: true,
    reads: { nodes: ['x'], secrets: ['S'], input: true, item: false },
  });
});

it('gives back any text that is escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', 'a', ' ', '"') }), (text) => {
      const split = splitTemplate(text.replaceAll('{{', '\\{{'));
      expect(split).toEqual({ ok: true, parts: text === '' ? [] : [{ text }] });
    }),
  );
});

it('finds again the strings and texts that a template was made of', () => {
  const part = fc.oneof(
    fc
      .string({ unit: fc.constantFrom('}', 'x', '\n', ' ') })
      .filter((text) => text !== '')
      .map((text) => ({ text })),
    fc.string().map((text) => ({ expression: JSON.stringify(text) })),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const separated = parts.flatMap((entry) =>
        'text' in entry ? [{ text: ` ${entry.text} ` }] : [entry, { text: '|' }],
      );
      const source = separated
        .map((entry) => ('text' in entry ? entry.text : `{{ ${entry.expression} }}`))
        .join('');
      const split = splitTemplate(source);
      const again = split.ok
        ? split.parts.map((entry) => ('text' in entry ? entry.text : `{{ ${entry.expression} }}`)).join('')
        : '';
      expect(again).toBe(source);
      expect(split.ok && split.parts.filter((entry) => 'expression' in entry)).toEqual(
        parts.filter((entry) => 'expression' in entry),
      );
    }),
  );
});
