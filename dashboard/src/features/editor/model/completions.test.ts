import { describe, expect, it } from '@jest/globals';

import { isInsideBraces, type Known, suggest } from './completions.ts';

const known: Known = {
  bindings: {
    input: { text: 'a', 'odd name': 1 },
    nodes: { sections: [{ heading: 'A', size: 3 }], write: { text: 'b' } },
    run: { id: '1' },
  },
  names: new Map([['sections', 'Split into sections']]),
  secrets: null,
};
const labels = (before: string, what: Known = known) =>
  suggest(before, what).suggestions.map(({ label }) => label);

describe('suggestions', () => {
  it('begin with what there is', () => {
    expect(labels('')).toEqual(['input', 'nodes', 'run']);
    expect(labels('$count(no')).toContain('nodes');
  });

  it('know item and index inside a map, and secrets in an action', () => {
    expect(labels('', { ...known, bindings: { ...known.bindings, item: 1, index: 0 } })).toContain('item');
    expect(labels('Bearer {{ secrets.', { ...known, secrets: ['HOOK'] })).toEqual(['HOOK']);
  });

  it('name the nodes, with what people call them', () => {
    const { typed, suggestions } = suggest('$count(nodes.se', known);
    expect(typed).toBe(2);
    expect(suggestions[0]).toMatchObject({ label: 'sections', detail: 'Split into sections' });
  });

  it('look into values, of a list into its first entry', () => {
    expect(labels('nodes.write.')).toEqual(['text']);
    expect(labels('nodes.sections.')).toEqual(['heading', 'size']);
    expect(labels('nodes.sections[0].h')).toEqual(['heading', 'size']);
    expect(labels('nodes.missing.')).toEqual([]);
  });

  it('quote a name that is no identifier', () => {
    expect(suggest('input.', known).suggestions[1]).toMatchObject({ label: 'odd name', apply: '`odd name`' });
  });

  it('offer functions behind a dollar', () => {
    expect(labels('input.text ~> $upp')).toContain('$uppercase');
  });

  it('say nothing of the fields of a value that is not known', () => {
    expect(labels('$split(input.text, " ").')).toEqual([]);
  });
});

it('stands inside of braces between an opening and its closing', () => {
  expect(isInsideBraces('Hello {{ in')).toBe(true);
  expect(isInsideBraces('Hello {{ input }} and')).toBe(false);
  expect(isInsideBraces('Hello')).toBe(false);
});
