import { describe, expect, it } from '@jest/globals';

import { readAgentFile } from './agent-file.ts';

describe('a file of an agent', () => {
  it('may be a whole agent, or a persona that lacks where its model runs', async () => {
    await expect(
      readAgentFile('name: a\nrole: r\nprovider: ollama\nmodel: m\ntools: [x]\n'),
    ).resolves.toMatchObject({
      ok: true,
      source: { name: 'a', provider: 'ollama', tools: ['x'] },
    });
    const persona = 'name: p\nrole: r\nsummary: s\npersonality: { tone: dry }\ninstructions: |\n  Do.\n';
    const read = await readAgentFile(persona);
    expect(read).toMatchObject({
      ok: true,
      source: { name: 'p', personality: { tone: 'dry' }, instructions: 'Do.\n' },
    });
    expect(read).not.toHaveProperty('source.summary');
  });

  it.each([
    ['no YAML', 'name: [a', /no YAML/],
    ['no agent', '- 1', /no agent/],
    ['with keys that there are not', 'name: a\ncolour: red', /colour/],
    ['that refers to what is not there', 'name: *nobody', /nobody/],
  ])('is refused with the reason when it is one %s', async (_what, text, problem) => {
    await expect(readAgentFile(text)).resolves.toMatchObject({
      ok: false,
      problem: expect.stringMatching(problem),
    });
  });
});
