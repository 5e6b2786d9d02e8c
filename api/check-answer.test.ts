import { describe, expect, it } from '@jest/globals';

import { toolCatalogue } from '../activities/tool/catalogue.ts';
import type { Decide } from '../contracts/approval.ts';
import type { Json } from '../contracts/json.ts';
import { createSchemaCompiler } from '../platform/pipeline/json-schema.ts';
import { checkAnswer } from './check-answer.ts';

const against = { schemas: createSchemaCompiler(), tools: toolCatalogue() };
const form = { type: 'object', properties: { usd: { type: 'number' } } };
const toolCall = { tool: 'http_request', call: 'tool.0.0', value: { url: 'https://example.com' } };
const budget = { call: 'budget/1', value: { used: 1 }, form };

type Asked = Parameters<typeof checkAnswer>[0];
const approve = (asked: Asked, more: Omit<Decide, 'decision'>): Decide =>
  checkAnswer(asked, { decision: 'approve', ...more }, against);
const refused = (...paths: string[]): unknown =>
  expect.objectContaining({
    type: 'InvalidInput',
    problems: paths.map((path) => expect.objectContaining({ path })),
  });

describe('an edit of a tool call', () => {
  it('is taken as it is where it fits the tool', () => {
    const edit = { url: 'https://example.org' };
    expect(approve(toolCall, { edit })).toEqual({ decision: 'approve', edit });
  });

  it.each<[what: string, edit: Json, path: string]>([
    ['no object', 'none', 'edit'],
    ['an argument of the wrong kind', { url: 7 }, 'edit.url'],
    ['an argument that the tool does not know', { url: 'https://example.org', speed: 'high' }, 'edit.speed'],
  ])('is refused, with the culprit, where it is or holds %s', (_what, edit, path) => {
    expect(() => approve(toolCall, { edit })).toThrow(refused(path));
  });

  it('is left to the call where the tool is gone', () => {
    const edit = { any: 'thing' };
    expect(approve({ ...toolCall, tool: 'gone' }, { edit })).toEqual({ decision: 'approve', edit });
  });
});

it('the approval of a budget takes an answer and no edit', () => {
  const answer = { usd: 1 };
  expect(approve(budget, { answer })).toMatchObject({ answer });
  expect(() => approve(budget, { answer, edit: { used: 0 } })).toThrow(refused('edit'));
});
