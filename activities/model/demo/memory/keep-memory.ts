import { isJsonObject, type Json } from '../../../../contracts/json.ts';
import type { ModelRequest } from '../../../../contracts/model.ts';
import { withoutDemoNotice } from '../conversation/notice.ts';
import { readDocument } from '../document.ts';
import { best, extractsOf, proseOf } from '../extract.ts';
import { keywordsOf } from '../facts.ts';
import { hasText } from '../prompt.ts';
import { contradicts, isKnownAs, statementsIn } from './statements.ts';

interface Heard {
  number: number;
  speaker: string;
  isPerson: boolean;
  text: string;
}

const MESSAGE = /#(\d+)\n<message from="([^"]*)" role="([^"]*)"[^>]*>\n([\s\S]*?)\n<\/message>/g;
const KNOWN = /^#(\d+) (.+)$/gm;
const EPISODE_SENTENCES = 4;
const LONGEST_EPISODE = 800;

/**
 * What is worth remembering of a conversation, for whoever keeps its memory: statements of people as they stand there, or its best sentences.
 * Undefined where a request asks for something else.
 */
export function keepMemory({ messages, outputSchema }: ModelRequest): Json | undefined {
  const system = messages.find(({ role }) => role === 'system')?.content ?? '';
  if (!system.startsWith('You keep the memory of a conversation.') || outputSchema === undefined)
    return undefined;
  const heard = heardIn(messages.findLast(({ role }) => role === 'user')?.content ?? '');
  const wanted = isJsonObject(outputSchema['properties']) ? outputSchema['properties'] : {};
  if ('episode' in wanted) return { episode: episodeOf(heard, between(system, 'before')) };
  const known = [...between(system, 'known').matchAll(KNOWN)].map(([, number, content = '']) => ({
    ...{ number: Number(number), content },
  }));
  return { facts: factsIn(heard, known) };
}

const heardIn = (text: string): Heard[] =>
  [...text.matchAll(MESSAGE)].map(([, number, speaker = '', role, said = '']) => ({
    ...{ number: Number(number), speaker, isPerson: role === 'person', text: withoutDemoNotice(said) },
  }));

const between = (text: string, tag: string): string => {
  const start = text.indexOf(`<${tag}>\n`);
  const end = text.indexOf(`\n</${tag}>`, start);
  return start === -1 || end === -1 ? '' : text.slice(start + tag.length + 3, end);
};

/** Of what people say of the same matter in these messages, the last counts. */
function factsIn(heard: readonly Heard[], known: readonly { number: number; content: string }[]): Json[] {
  const stated = heard
    .filter(({ isPerson }) => isPerson)
    .flatMap(({ speaker, text, number }) =>
      statementsIn(speaker, text).map((statement) => ({ ...statement, number })),
    );
  return stated
    .filter(({ text }, index) => !stated.slice(index + 1).some((later) => contradicts(later.text, text)))
    .filter((statement) => !known.some(({ content }) => isKnownAs(statement, content)))
    .map(({ text, importance, number }) => ({
      ...{ content: text, importance, tags: keywordsOf(text, 2), from: number, until: number },
      supersedes: known.filter(({ content }) => contradicts(text, content)).map((old) => old.number),
    }));
}

function episodeOf(heard: readonly Heard[], before: string): string {
  const speakers = [...new Set(heard.map(({ speaker }) => speaker))].join(', ');
  const people = heard.filter(({ isPerson }) => isPerson);
  const sources = [before, ...(people.length > 0 ? people : heard).map(({ text }) => text)]
    .map((text) => readDocument(text))
    .filter(hasText);
  const gist = proseOf(best(extractsOf(sources), EPISODE_SENTENCES)).replaceAll(/\s+/g, ' ');
  return before.startsWith('With ')
    ? gist.slice(0, LONGEST_EPISODE)
    : `With ${speakers}: ${gist}`.slice(0, LONGEST_EPISODE);
}
