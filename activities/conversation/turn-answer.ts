import { GatheringFailure } from '../../contracts/failure.ts';
import { mentionsIn } from '../../contracts/mentions.ts';
import type { ModelResponse, ToolCall } from '../../contracts/model.ts';
import type { Scene } from '../../store/conversation-context.ts';
import type { TurnEnding } from '../../store/conversation-turns.ts';
import { signatureOf, toolSuffix } from '../agent/turn-record.ts';
import { citationsIn } from './citations.ts';
import { answerControl, awaitedTexts, type ControlAnswer, type TurnSaid } from './control-tools.ts';
import type { SpeakResult } from './conversation-activities.ts';
import { ownWords } from './labels.ts';
import type { TurnRequest } from './turn-request.ts';
import { passagesBefore, saidBefore, type TurnModelRecord, withoutAbsent } from './turn-transcript.ts';

/** What follows from an answer of the model: what is kept of it, and how it ends the turn, where it does. */
export interface TurnAnswer {
  record: TurnModelRecord;
  ending?: Omit<TurnEnding, 'messageId'>;
}

/** As many calls of one step are run. */
const MOST_CALLS = 32;
const TOO_MANY = { content: `Not run: at most ${MOST_CALLS} calls are run at once`, isError: true };

/**
 * Reads an answer. One without calls of tools ends the turn, and so does one whose calls are all of control tools and say something; a
 * control call that says nothing is answered as an error. What the agent writes for others is cut off.
 * @throws GatheringFailure BadAgentOutput where nothing is left
 */
export function readAnswer(
  scene: Scene,
  step: number,
  { text: written, toolCalls, usage }: Pick<ModelResponse, 'text' | 'toolCalls' | 'usage'>,
  { controls, controlNames, needsSummary }: Pick<TurnRequest, 'controls' | 'controlNames' | 'needsSummary'>,
): TurnAnswer {
  const told = toolCalls.flatMap((call, index): { call: string; answer: ControlAnswer }[] =>
    controlNames.has(call.name)
      ? [{ call: toolSuffix(step, index), answer: answerControl(call, controls) }]
      : [],
  );
  const text = ownWords(written);
  const record: TurnModelRecord = {
    ...{ text, toolCalls, usage, needsSummary },
    asks: toolCalls.flatMap((call, index) => (asksFor(call, scene) ? [toolSuffix(step, index)] : [])),
    answers: {
      ...Object.fromEntries(
        toolCalls.slice(MOST_CALLS).map((_, index) => [toolSuffix(step, MOST_CALLS + index), TOO_MANY]),
      ),
      ...Object.fromEntries(told.map(({ call, answer }) => [call, answerOf(answer)])),
    },
    said: told.reduce<TurnSaid>(
      (said, { answer }) => ('said' in answer ? { ...said, ...answer.said } : said),
      {},
    ),
  };
  if (callsToRun(record, step).length > 0) return { record };
  const sentences = told.flatMap(({ answer }) => ('sentence' in answer ? [answer.sentence] : []));
  const content = text.trim() === '' ? sentences.join(' ') : text;
  if (content === '')
    throw new GatheringFailure('BadAgentOutput', 'The model spoke for others only', { details: { usage } });
  return {
    record,
    ending: {
      content,
      said: {
        ...factsOf(content, scene),
        citations: citationsIn(content, passagesBefore(scene, step)),
        ...saidBefore(scene, step),
        ...withoutAbsent(record.said),
      },
    },
  };
}

/** What the workflow is told of a step that was recorded. */
export function toolsOf(record: TurnModelRecord, step: number): Extract<SpeakResult, { kind: 'tools' }> {
  const { inputTokens, outputTokens, costUsd } = record.usage;
  return {
    kind: 'tools',
    toolCalls: callsToRun(record, step).map(({ id, call }) => ({
      ...{ id, name: call.name, signature: signatureOf(call) },
      needsApproval: record.asks.includes(id),
    })),
    usage: { inputTokens, outputTokens, costUsd },
  };
}

/** The calls of real tools; where there are none, those of control tools that said nothing, so that the model hears of it. */
function callsToRun({ toolCalls, answers }: TurnModelRecord, step: number): { id: string; call: ToolCall }[] {
  const calls = toolCalls.map((call, index) => ({ id: toolSuffix(step, index), call }));
  const real = calls.filter(({ id }) => answers[id] === undefined);
  return real.length > 0 ? real : calls.filter(({ id }) => answers[id]?.isError === true);
}

const asksFor = ({ name }: ToolCall, { agent, granted }: Scene): boolean =>
  agent.tools.includes(name) && agent.approveTools.includes(name) && !granted.includes(name);

const answerOf = (answer: ControlAnswer) =>
  'error' in answer ? { content: answer.error, isError: true } : { content: 'Noted.', isError: false };

function factsOf(content: string, { members, settings, agent }: Scene) {
  const others = members.filter(
    ({ id, kind, role }) => kind === 'agent' && role !== 'observer' && id !== agent.id,
  );
  return {
    mentions: mentionsIn(content, others),
    texts: awaitedTexts(settings.termination).filter((text) => content.includes(text)),
  };
}
