import { describe, expect, it } from '@jest/globals';

import { NO_USAGE, type ToolCall } from '../../contracts/model.ts';
import { signatureOf, transcriptOf, usageBefore } from './turn-record.ts';

const call = (name: string, args: ToolCall['arguments'] = {}): ToolCall => ({
  id: `id-${name}`,
  name,
  arguments: args,
});
const usage = { ...NO_USAGE, inputTokens: 1, costUsd: 0.5 };

describe('the transcript of a turn', () => {
  const turn = {
    'model.0': { prompt: 'Do it', text: 'I look', toolCalls: [call('a'), call('b')], usage },
    'tool.0.1': { content: 'B', isError: true },
    'tool.0.0': { content: 'A', isError: false },
    'model.1': { text: '', toolCalls: [call('a')], usage },
  };

  it('is what was said before a step, answers in the order of their calls', () => {
    expect(transcriptOf(turn, 1)).toEqual([
      { role: 'assistant', content: 'I look', toolCalls: [call('a'), call('b')] },
      { role: 'tool', toolCallId: 'id-a', toolName: 'a', content: 'A', isError: false },
      { role: 'tool', toolCallId: 'id-b', toolName: 'b', content: 'B', isError: true },
    ]);
    expect(transcriptOf(turn, 0)).toEqual([]);
  });

  it('warns of calls that were not run', () => {
    expect(transcriptOf(turn, 2).at(-1)).toMatchObject({
      isError: true,
      content: expect.stringMatching(/^Not run/),
    });
  });

  it('knows what it has used', () => {
    expect(usageBefore(turn, 2)).toMatchObject({ inputTokens: 2, costUsd: 1 });
  });
});

describe('the signature of a tool call', () => {
  it('sees through the order of keys and the id', () => {
    const first = signatureOf(call('a', { x: 1, y: [{ p: 1, q: 2 }] }));
    expect(signatureOf({ ...call('a', { y: [{ q: 2, p: 1 }], x: 1 }), id: 'other' })).toBe(first);
  });
  it('tells tools and arguments apart', () => {
    const signatures = [call('a'), call('b'), call('a', { x: 1 }), { ...call('a'), invalid: 'x' }].map(
      signatureOf,
    );
    expect(new Set(signatures).size).toBe(4);
  });
});
