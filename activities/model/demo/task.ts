/** What a request asks for, as far as it can be answered by extraction; `translate` cannot, and the answer says so. */
export type TaskKind =
  'translate' | 'outline' | 'compare' | 'report' | 'points' | 'title' | 'question' | 'digest';

export interface Task {
  kind: TaskKind;
  /** The headings that the answer shall have, in order, when the request lists some. */
  outline: { heading: string; about: string }[];
  /** How many sentences or points are asked for. */
  count?: number;
  maxWords?: number;
}

/** Each kind with the words that ask for it; the first that fits counts. */
const SIGNS: readonly (readonly [Exclude<TaskKind, 'outline'>, RegExp])[] = [
  [
    'translate',
    /\btranslat(?:e|ion)\b|\binto (?:german|french|spanish|italian|english|chinese|japanese|polish)\b/i,
  ],
  ['compare', /\bcompar(?:e|ison)\b|\bdifferences?\b|\bcontrast\b/i],
  ['report', /\b(?:report|briefing|minutes|article|memo|essay)\b/i],
  ['title', /\b(?:title|headline|caption)\b/i],
  [
    'points',
    /\b(?:bullets?|key points|points|list|action items|takeaways|decisions|extract|checklist|plan|steps)\b/i,
  ],
  ['digest', /\b(?:digest|summar(?:y|i[sz]e|ies)|condense|shorten|tl;?dr|abstract|gist|notes?|brief)\b/i],
  ['question', /\?|^\s*(?:who|what|when|where|why|how|which|is|are|does|do|can|did|was|were)\b/i],
];

const NUMBER_WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const COUNTED =
  /\b(\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(?:\w+\s+)?(?:sentences?|bullets?|points?|lines?|items?|takeaways?)\b/i;
const WORD_LIMIT = /\b(\d{1,5})\s+words?\b/i;

/** Reads a request's own words; the text that it is about plays no part, so nothing in that text can direct the answer. */
export function taskOf(instruction: string): Task {
  const outline = outlineIn(instruction);
  const counted = COUNTED.exec(instruction)?.[1]?.toLowerCase();
  const words = WORD_LIMIT.exec(instruction)?.[1];
  const kind = SIGNS.find(([, sign]) => sign.test(instruction))?.[0] ?? 'digest';
  return {
    kind: outline.length >= 2 && kind !== 'translate' ? 'outline' : kind,
    outline,
    ...(counted === undefined ? {} : { count: numberOf(counted) }),
    ...(words === undefined ? {} : { maxWords: Math.max(1, Number(words)) }),
  };
}

const numberOf = (text: string): number =>
  Math.max(1, NUMBER_WORDS.includes(text) ? NUMBER_WORDS.indexOf(text) : Number(text));

function outlineIn(instruction: string): Task['outline'] {
  return [...instruction.matchAll(/^[ \t]*#{2,3}[ \t]+([^\n]+)$/gm)].map((match) => {
    const [heading = '', ...about] = (match[1] ?? '').split(/\s+[—–-]\s+|:\s+/);
    return { heading: heading.trim(), about: about.join(' ') };
  });
}
