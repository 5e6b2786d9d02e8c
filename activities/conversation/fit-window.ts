import { GatheringFailure } from '../../contracts/failure.ts';
import type { ModelMessage } from '../../contracts/model.ts';

/** A message of the conversation, in the form in which the model gets it, with its place in the conversation. */
export interface PromptLine {
  sequence: number;
  message: Extract<ModelMessage, { role: 'user' | 'assistant' }>;
}

/** What a request is made of, in the order of importance. */
export interface PromptParts {
  /** System prompt and summary: always whole. */
  fixed: readonly ModelMessage[];
  /** What the turn has before it: whole, but for long texts in it. */
  transcript: readonly ModelMessage[];
  /** What was said, oldest first: as many of the last ones as fit. */
  lines: readonly PromptLine[];
}

export interface PromptLimits {
  /** What the input may have at most, in tokens. */
  tokens: number;
  /** As many tokens as messages can have, with all that is sent beside them; each message adds the same in every company. */
  count: (messages: readonly ModelMessage[]) => number;
}

export interface FittedPrompt {
  messages: ModelMessage[];
  /** Sequence of the oldest message that is in it; undefined where none is. */
  from: number | undefined;
}

/** What an answer is given to where nobody has said anything, or the agent itself has. */
const NUDGE: ModelMessage = { role: 'user', content: 'It is your turn.' };
/** No message takes more than this part of the room, but the last one. */
const SHARE_OF_ONE = 0.25;
/** Of the room, for what the turn has before it. */
const SHARE_OF_TRANSCRIPT = 0.6;
/** A text shorter than this is not cut. */
const SHORTEST = 80;

/**
 * Chooses what a model gets of a conversation, so that it never is more than its window: the last messages that fit, the others are left to
 * the summary. A text that is too long by itself is cut in its middle, visibly.
 * @throws GatheringFailure LimitExceeded where what must be in it has no room
 */
export function fitWindow({ fixed, transcript, lines }: PromptParts, limits: PromptLimits): FittedPrompt {
  const room = limits.tokens - limits.count([...fixed, NUDGE]);
  if (room <= 0) throw tooSmall();
  const bare = limits.count([]);
  const costOf = (messages: readonly ModelMessage[]): number => limits.count(messages) - bare;
  const own = shrunk(transcript, (messages) => costOf(messages) <= room * SHARE_OF_TRANSCRIPT);
  let left = room - costOf(own);
  const most = Math.floor(left * SHARE_OF_ONE);
  const chosen: PromptLine[] = [];
  for (const line of lines.toReversed()) {
    const share = chosen.length === 0 ? left : Math.min(left, most);
    const [fitting] = mayShrink([line.message], (messages) => costOf(messages) <= share) ?? [];
    if (fitting === undefined) break;
    left -= costOf([fitting]);
    chosen.unshift({ sequence: line.sequence, message: { ...line.message, content: fitting.content } });
  }
  const said = chosen.map(({ message }) => message);
  const last = own.at(-1) ?? said.at(-1);
  const needsNudge = last === undefined || last.role === 'assistant';
  const messages = [...fixed, ...said, ...(needsNudge && own.length === 0 ? [NUDGE] : []), ...own];
  return { messages, from: chosen[0]?.sequence };
}

/** A text of at most so many characters: what is too much is left out in its middle, and the text says so. */
export function cutMiddle(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const notice = `\n[… ${(text.length - characters).toLocaleString('en')} characters are left out here …]\n`;
  const kept = Math.max(0, characters - notice.length);
  const head = Math.ceil(kept * 0.7);
  return `${text.slice(0, head)}${notice}${text.slice(text.length - (kept - head))}`.toWellFormed();
}

function shrunk(
  messages: readonly ModelMessage[],
  fits: (messages: readonly ModelMessage[]) => boolean,
): ModelMessage[] {
  const fitting = mayShrink(messages, fits);
  if (fitting === undefined) throw tooSmall();
  return fitting;
}

/** The messages with their longest texts cut as little as is needed; undefined where that is not enough. */
function mayShrink(
  messages: readonly ModelMessage[],
  fits: (messages: readonly ModelMessage[]) => boolean,
): ModelMessage[] | undefined {
  if (fits(messages)) return [...messages];
  const longest = Math.max(0, ...messages.map(({ content }) => content.length));
  for (let characters = longest * 0.75; characters >= SHORTEST; characters *= 0.75) {
    const cut = messages.map((message) => ({
      ...message,
      content: cutMiddle(message.content, Math.floor(characters)),
    }));
    if (fits(cut)) return cut;
  }
  return undefined;
}

const tooSmall = (): GatheringFailure =>
  new GatheringFailure(
    'LimitExceeded',
    "The agent's instructions and its turn so far do not fit into its model's window",
  );
