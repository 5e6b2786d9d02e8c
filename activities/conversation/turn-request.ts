import type { Id } from '../../contracts/ids.ts';
import type { ModelMessage, ModelRequest } from '../../contracts/model.ts';
import type { Tool } from '../../contracts/tool.ts';
import {
  conversationPromptOf,
  memoryPromptOf,
  type RememberedTexts,
  systemPromptOf,
} from '../../platform/prompt/index.ts';
import type { ConversationContexts, Line, Scene } from '../../store/conversation-context.ts';
import type { RecallForTurn, TurnToRecallFor } from '../memory/recall-for-turn.ts';
import { contextWindowOf } from '../model/context-windows.ts';
import { countRequestTokens, countTokens } from '../model/tokens.ts';
import { SEARCH_KNOWLEDGE } from '../tool/catalogue.ts';
import { awaitedTexts, type ControlPlace, controlToolsFor } from './control-tools.ts';
import { cutMiddle, fitWindow, type PromptLine } from './fit-window.ts';
import { labelled } from './labels.ts';
import { turnTranscript } from './turn-transcript.ts';

export interface TurnRequestDependencies {
  contexts: Pick<ConversationContexts, 'listLines' | 'measure'>;
  /** Every tool that there is. */
  tools: () => readonly Tool[];
  /** Absent: agents remember nothing beyond the conversation. */
  recall?: RecallForTurn | undefined;
}

export interface TurnRequest {
  request: ModelRequest;
  controls: ControlPlace;
  /** Names of the control tools that are offered. */
  controlNames: ReadonlySet<string>;
  /** So much is left out and in no summary that it is to be summarised. */
  needsSummary: boolean;
}

/** Tokens that are left for an answer, reasoning included; less where a model or a limit has less. */
const ANSWER_TOKENS = 16_384;
/** Of the window, for an answer. */
const ANSWER_SHARE = 0.25;
/** Of the window: more that is left out than this is worth a summary. */
const SUMMARY_SHARE = 0.25;
/** Of the window, for the topic. */
const TOPIC_SHARE = 0.125;
/** Of what one of them said, for what is recalled. */
const MOST_OF_ONE = 500;
/** No tokenizer makes less than one token of so many characters, on the whole. */
const CHARACTERS_A_TOKEN = 4;

export type MakeTurnRequest = ReturnType<typeof createTurnRequests>;

/** Makes what a model is asked at a step of a turn: who it is, where it is, what was said, and what it has done in this turn. */
export function createTurnRequests({ contexts, tools, recall }: TurnRequestDependencies) {
  return async (
    scene: Scene,
    {
      conversationId,
      step,
      maxOutputTokens,
    }: { conversationId: string; step: number; maxOutputTokens?: number | undefined },
  ): Promise<TurnRequest> => {
    const { agent, turn, summary } = scene;
    const window = contextWindowOf(agent.provider, agent.model);
    const answer = Math.min(ANSWER_TOKENS, window.maxOutputTokens, Math.floor(window.tokens * ANSWER_SHARE));
    const tokens = window.tokens - answer;
    const controls = controlPlaceOf(scene);
    const offered = controlToolsFor(controls);
    // What an agent may not use it is not even told of.
    const own = tools().filter(({ name }) => agent.tools.includes(name));
    const bare: ModelRequest = {
      ...{ provider: agent.provider, model: agent.model, messages: [] },
      tools: [...own, ...offered].map(({ name, description, inputSchema }) => ({
        name,
        description,
        inputSchema,
      })),
      maxOutputTokens: Math.min(answer, maxOutputTokens ?? answer),
    };
    const stretch = {
      conversationId,
      branch: turn.branch,
      after: summary?.until ?? 0,
      until: turn.beganAfter,
    };
    const lines = await contexts.listLines(stretch, tokens * CHARACTERS_A_TOKEN);
    const recalled =
      recall === undefined || agent.memoryScopes.length === 0
        ? NOTHING
        : await recall(toRecallFor(scene, conversationId, lines));
    const { messages, from } = fitWindow(
      {
        fixed: fixedMessages(scene, recalled, window.tokens),
        transcript: turnTranscript(scene, step),
        lines: lines.flatMap((line) => promptLine(line, agent.id)),
      },
      { tokens, count: (some) => countRequestTokens({ ...bare, messages: [...some] }) },
    );
    const leftOut = await contexts.measure({
      ...stretch,
      until: from === undefined ? stretch.until : from - 1,
    });
    const leftOutTokens = (leftOut * countTokens(agent.provider, agent.model, 'x'.repeat(1000))) / 1000;
    return {
      ...{ request: { ...bare, messages }, controls, controlNames: new Set(offered.map(({ name }) => name)) },
      needsSummary: leftOutTokens > window.tokens * SUMMARY_SHARE,
    };
  };
}

const controlPlaceOf = ({ mode, settings, turn, agent, members }: Scene): ControlPlace => ({
  ...{ mode, purpose: turn.purpose, termination: settings.termination, self: { id: agent.id }, members },
});

const NOTHING: RememberedTexts = { blocks: [], memories: [] };

/** What others said last, and what people did; the topic where nobody has said anything. */
function toRecallFor(
  { agent, turn, topic }: Scene,
  conversationId: string,
  lines: readonly Line[],
): TurnToRecallFor {
  const others = lines.filter(({ author, status }) => author.id !== agent.id && status !== 'failed');
  const last = [others.findLast(({ author }) => author.kind === 'user'), others.at(-1)];
  const said = [...new Set(last.map((line) => line?.content ?? ''))].filter((text) => text !== '');
  return {
    viewer: { kind: 'agent', agentId: agent.id, conversationId },
    key: `${conversationId}/${turn.number}`,
    said: said.length === 0 ? topic : said.map((text) => text.slice(0, MOST_OF_ONE)).join('\n'),
    ...(lines[0] === undefined ? {} : { reads: { conversationId, from: lines[0].sequence } }),
  };
}

function fixedMessages(scene: Scene, recalled: RememberedTexts, windowTokens: number): ModelMessage[] {
  const { agent, circle, role, mode, members, settings, summary, turn } = scene;
  const setting = conversationPromptOf({
    ...{ self: agent, role: role ?? 'member', circle, mode, members },
    ...{ purpose: turn.purpose, reason: turn.reason, awaited: awaitedTexts(settings.termination) },
    topic: cutMiddle(scene.topic, Math.floor(windowTokens * TOPIC_SHARE)),
  });
  const memories = memoryPromptOf({ ...recalled, cites: agent.tools.includes(SEARCH_KNOWLEDGE.name) });
  const system = [systemPromptOf(agent), setting, memories].filter((part) => part !== '').join('\n\n');
  return [
    { role: 'system', content: system },
    ...(summary === null
      ? []
      : [{ role: 'user' as const, content: `<summary>\n${summary.text}\n</summary>` }]),
  ];
}

/** What failed was no answer, and is none to the model either. */
function promptLine({ sequence, author, content, status }: Line, self: Id): PromptLine[] {
  if (status === 'failed' || content.trim() === '') return [];
  if (author.id === self) return [{ sequence, message: { role: 'assistant', content, toolCalls: [] } }];
  const speaking = {
    ...{ name: author.name, role: author.role, isPerson: author.kind === 'user' },
    wasStopped: status === 'stopped',
  };
  return [{ sequence, message: { role: 'user', content: labelled(speaking, content) } }];
}
