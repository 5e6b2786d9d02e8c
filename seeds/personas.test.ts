import { beforeAll, describe, expect, it } from '@jest/globals';

import { toolCatalogue } from '../activities/tool/catalogue.ts';
import type { Persona } from '../contracts/agent.ts';
import { loadSeeds } from './seed-definitions.ts';

let personas: Persona[];
beforeAll(async () => {
  ({ personas } = await loadSeeds());
});

const PARTS = ['What you do', 'How you decide', 'How you answer', 'When you ask or refuse'];
const partsOf = ({ instructions }: Persona): Map<string, string> =>
  new Map(
    instructions
      .split(/^## /m)
      .slice(1)
      .map((part): [string, string] => {
        const [heading = '', ...lines] = part.split('\n');
        return [heading, lines.join('\n').trim()];
      }),
  );
const each = (check: (persona: Persona) => void): void => {
  for (const persona of personas) {
    try {
      check(persona);
    } catch (cause) {
      throw new Error(`${persona.name}: ${String(cause)}`, { cause });
    }
  }
};

/** Words that stand for more than four letters, as a set: enough to tell whether two texts say the same. */
const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/\p{L}{5,}/gu));
const shared = (a: Set<string>, b: Set<string>): number => {
  const both = [...a].filter((word) => b.has(word)).length;
  return both / (a.size + b.size - both);
};

describe('the personas', () => {
  it('are there for each of these jobs', () => {
    expect(personas.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...['researcher', 'editor', 'critic', 'product-manager', 'backend-engineer', 'frontend-engineer'],
        ...['tester', 'security-reviewer', 'data-analyst', 'facilitator', 'judge', 'teacher', 'translator'],
        ...['support-agent', 'planner', 'note-taker', 'analyst', 'scout', 'incident-lead'],
        'operations-engineer',
      ]),
    );
  });

  it('have names, roles and summaries of their own', () => {
    for (const key of ['name', 'role', 'summary'] as const)
      expect(new Set(personas.map((persona) => persona[key])).size).toBe(personas.length);
  });

  it('say what they do, how they decide, in which form they answer, and when they ask or refuse', () => {
    each((persona) => {
      const parts = partsOf(persona);
      expect([...parts.keys()]).toEqual(PARTS);
      for (const text of parts.values()) expect(text.length).toBeGreaterThan(50);
      expect(parts.get('How you decide')?.match(/^- /gm)?.length).toBeGreaterThanOrEqual(3);
    });
  });

  it('are long enough to guide and short enough to be followed', () => {
    each(({ instructions, role, summary, personality }) => {
      expect(instructions.length).toBeGreaterThan(800);
      expect(instructions.length).toBeLessThan(2_600);
      expect(Math.max(...instructions.split('\n').map((line) => line.length))).toBeLessThanOrEqual(140);
      expect(role.length).toBeLessThanOrEqual(90);
      expect(summary).toMatch(/^\p{Lu}.{60,200}\.$/u);
      expect(personality.traits.length).toBeGreaterThan(1);
      expect(personality.tone).toMatch(/./);
      expect(personality.style).toMatch(/./);
    });
  });

  it('have only tools that there are, and need approval of none that they lack', () => {
    const tools = toolCatalogue().map(({ name }) => name);
    each((persona) => {
      expect(tools).toEqual(expect.arrayContaining(persona.tools));
      expect(persona.tools).toEqual(expect.arrayContaining(persona.approveTools));
      expect(new Set(persona.tools).size).toBe(persona.tools.length);
    });
  });

  it('never ask for a form and forbid it', () => {
    const forms = [
      'list',
      'table',
      'heading',
      'code',
      'introduction',
      'preface',
      'note',
      'summary',
      'number',
    ];
    each((persona) => {
      const said = `${persona.personality.style}\n${partsOf(persona).get('How you answer') ?? ''}`;
      for (const form of forms) {
        const forbidden = new RegExp(`\\b(?:no|never|without)(?: an?)? ${form}s?\\b`, 'i');
        const rest = said.replaceAll(new RegExp(forbidden, 'gi'), '');
        const asked = new RegExp(`\\b${form}s?\\b`, 'i');
        expect({ form, both: forbidden.test(said) && asked.test(rest) }).toEqual({ form, both: false });
      }
      expect(said.match(/\bend with one\b/gi)?.length ?? 0).toBeLessThanOrEqual(1);
    });
  });

  it('are no copies of each other', () => {
    const words = personas.map((persona) => ({ name: persona.name, words: wordsOf(persona.instructions) }));
    const alike = words.flatMap((one, index) =>
      words.slice(index + 1).flatMap((other) => {
        const share = shared(one.words, other.words);
        return share > 0.25 ? [`${one.name} and ${other.name}: ${share.toFixed(2)}`] : [];
      }),
    );
    expect(alike).toEqual([]);
  });

  it('are tied to no vendor', () => {
    expect(JSON.stringify(personas)).not.toMatch(/gpt|claude|openai|anthropic|llama|gemini|mistral/i);
  });

  it('let one agent alone reach the network', () => {
    const networked = personas.filter(({ tools }) => tools.includes('http_request'));
    expect(networked.map(({ name }) => name)).toEqual(['scout']);
  });
});
