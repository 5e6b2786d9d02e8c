import { describe, expect, it } from '@jest/globals';

import { ExpressionPreview } from '../../contracts/expression-preview.ts';
import { withApi } from '../../testing/api-server.ts';

const api = withApi();
const preview = async (what: object, bindings: object = {}): Promise<ExpressionPreview> => {
  const response = await api.as.editor.raw('POST', '/pipelines/preview-expression', { what, bindings });
  expect(response.status).toBe(200);
  return ExpressionPreview.parse(await response.json());
};

describe('POST /pipelines/preview-expression', () => {
  it('computes an expression on the bindings that come with it', async () => {
    const bindings = { input: { text: 'a b' }, nodes: { words: ['a', 'b'] } };
    expect(
      await preview({ kind: 'value', expression: '$count(nodes.words) & input.text' }, bindings),
    ).toEqual({
      ok: true,
      value: '2a b',
    });
  });

  it('keeps the items of a list that a filter would keep', async () => {
    expect(
      await preview({ kind: 'filter', items: 'input', where: 'item > 1' }, { input: [1, 2, 3] }),
    ).toEqual({
      ok: true,
      value: [2, 3],
    });
  });

  it('fills a template, and shows dots in place of a secret', async () => {
    const template = { text: 'Hello {{ item.name }}', authorization: 'Bearer {{ secrets.HOOK }}' };
    expect(await preview({ kind: 'template', template }, { item: { name: 'Ada' }, index: 0 })).toEqual({
      ok: true,
      value: { text: 'Hello Ada', authorization: 'Bearer ••••••' },
    });
  });

  it('says what is wrong with an expression that cannot be read', async () => {
    expect(await preview({ kind: 'value', expression: '1 +' })).toMatchObject({
      ok: false,
      failure: { type: 'InvalidInput' },
    });
  });

  it('stops one that would never end, and answers the next', async () => {
    const endless = '($f := function($n) { $f($n + 1) }; $f(0))';
    expect(await preview({ kind: 'value', expression: endless })).toMatchObject({
      ok: false,
      failure: { type: 'LimitExceeded' },
    });
    expect(await preview({ kind: 'value', expression: '1' })).toEqual({ ok: true, value: 1 });
  });

  it('refuses bindings that no node sees', async () => {
    const body = { what: { kind: 'value', expression: '1' }, bindings: { secrets: { HOOK: 'x' } } };
    const response = await api.as.editor.raw('POST', '/pipelines/preview-expression', body);
    await response.text();
    expect(response.status).toBe(422);
  });
});
