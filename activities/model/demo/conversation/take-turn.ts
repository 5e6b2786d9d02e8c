import type { ModelRequest, ToolCall } from '../../../../contracts/model.ts';
import { answerTo } from '../answer.ts';
import { citedAnswer } from '../memory/cited-answer.ts';
import { knownAnswer } from '../memory/known-answer.ts';
import { readMessages } from '../prompt.ts';
import { answerOfTools } from '../tool-answers.ts';
import { toolCallsFor } from '../tool-use.ts';
import { controlsFor } from './controls.ts';
import { knownTo } from './direct-answer.ts';
import { type Discussion, isControlTool, ownTurns, requestOf } from './discussion.ts';
import { withDemoNotice } from './notice.ts';
import { SAYINGS } from './sayings.ts';

export interface TurnAnswer {
  text: string;
  toolCalls: ToolCall[];
}

/**
 * The agent's next step in a conversation: the tools that it was told to call, else what it says, with the control tools by which
 * it tells the conversation what comes next. Made of set phrases and quotations, and it says so.
 */
export function takeTurn(discussion: Discussion, { messages, tools }: ModelRequest): TurnAnswer {
  const at = messages.findLastIndex(({ role }) => role === 'user');
  // What the step is about, as a request without labels: the last words of a person, and what tools have answered to them.
  const step = [{ role: 'user' as const, content: requestOf(discussion) }, ...messages.slice(at + 1)];
  const hasResults = step.some(({ role }) => role === 'tool');
  const effectTools = tools.filter(({ name }) => !isControlTool(name));
  if (isFirstToAnswer(discussion) && !hasResults) {
    const toolCalls = toolCallsFor(step, effectTools);
    if (toolCalls.length > 0) return { text: '', toolCalls };
  }
  const controls = controlsFor(discussion, tools);
  const next = controls
    .map((control) => control.arguments['speaker'])
    .find((name) => typeof name === 'string');
  const say = (): string => withoutMentions(SAYINGS[discussion.purpose](discussion, next));
  const isSearch = step.some((message) => message.role === 'tool' && message.toolName === SEARCH);
  const request = requestOf(discussion);
  const said = isSearch
    ? (knownAnswer(request, knownTo(discussion), step) ?? citedAnswer(request, step) ?? say())
    : hasResults
      ? (answerOfTools(step) ?? answerTo(readMessages(step)))
      : say();
  return {
    text: `${withDemoNotice(
      said,
      discussion.said.every(({ isPerson }) => isPerson),
    )}${endOf(discussion)}`,
    toolCalls: controls.map((control, index) => ({
      ...control,
      id: `demo-control-${messages.length}-${index}`,
    })),
  };
}

const SEARCH = 'search_knowledge';

/** Of several agents only one does what a person asks for: the one that answers first, or that the person names. */
function isFirstToAnswer({ sincePerson, said, self }: Discussion): boolean {
  const person = said.findLast(({ isPerson }) => isPerson)?.text ?? '';
  if (person.includes(`@${self}`)) return sincePerson.every(({ isOwn }) => !isOwn);
  return sincePerson.length === 0 && !/(?:^|\s)@[\p{L}\p{N}]/u.test(person);
}

/** Whoever is mentioned is asked to speak: by people, and not because they are quoted. */
const withoutMentions = (text: string): string => text.replaceAll(/(^|[\s“("*])@(?=[\p{L}\p{N}])/gu, '$1');

/** Own turns after which an agent has nothing more to say until a person speaks. */
const TURNS_AN_EXCHANGE = 3;

const endOf = (discussion: Discussion): string =>
  discussion.awaited !== undefined &&
  discussion.purpose === 'speak' &&
  ownTurns(discussion) >= TURNS_AN_EXCHANGE - 1
    ? `\n\n${discussion.awaited}`
    : '';
