import type { Id } from '../../contracts/ids.ts';
import type { ModelMessage, ModelRequest } from '../../contracts/model.ts';
import type { Tool } from '../../contracts/tool.ts';
import { conversationPromptOf, systemPromptOf } from '../../platform/prompt/index.ts';
import type { ConversationContexts, Line, Scene } from '../../store/conversation-context.ts';
import { contextWindowOf } from '../model/context-windows.ts';
import { countRequestTokens, countTokens } from '../model/tokens.ts';
import { awaitedTexts, type ControlPlace, controlToolsFor } from './control-tools.ts';
import { cutMiddle, fitWindow, type PromptLine } from './fit-window.ts';
import { labelled } from './labels.ts';
import { turnTranscript } from './turn-transcript.ts';

/** What an agent remembers that bears on its turn, most important first. */
export type RecallMemories = (turn: {
  conversationId: string;
  circleId: Id | null;
  agentId: Id;
  scopes: Scene['agent']['memoryScopes'];
}) => Promise<readonly string[]>;

export interface TurnRequestDependencies {
  contexts: Pick<ConversationContexts, 'listLines' | 'measure'>;
  /** Every tool that there is. */
  tools: () => readonly Tool[];
  memories: RecallMemories;
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
/** No tokenizer makes less than one token of so many characters, on the whole. */
const CHARACTERS_A_TOKEN = 4;

export type MakeTurnRequest = ReturnType<typeof createTurnRequests>;

/** Makes what a model is asked at a step of a turn: who it is, where it is, what was said, and what it has done in this turn. */
export function createTurnRequests({ contexts, tools, memories }: TurnRequestDependencies) {
  return async (
    scene: Scene,
    {
      conversationId,
      step,
      maxOutputTokens,
    }: { conversationId: string; step: number; maxOutputTokens?: number | undefined },
  ): Promise<TurnRequest> => {
    const { agent, circle, turn, summary } = scene;
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
    const remembered = await memories({
      ...{ conversationId, circleId: circle?.id ?? null, agentId: agent.id, scopes: agent.memoryScopes },
    });
    const stretch = {
      conversationId,
      branch: turn.branch,
      after: summary?.until ?? 0,
      until: turn.beganAfter,
    };
    const lines = await contexts.listLines(stretch, tokens * CHARACTERS_A_TOKEN);
    const { messages, from } = fitWindow(
      {
        fixed: fixedMessages(scene, remembered, window.tokens),
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

function fixedMessages(scene: Scene, remembered: readonly string[], windowTokens: number): ModelMessage[] {
  const { agent, circle, role, mode, members, settings, summary, turn } = scene;
  const setting = conversationPromptOf({
    ...{ self: agent, role: role ?? 'member', circle, mode, members },
    ...{ purpose: turn.purpose, reason: turn.reason, awaited: awaitedTexts(settings.termination) },
    topic: cutMiddle(scene.topic, Math.floor(windowTokens * TOPIC_SHARE)),
  });
  const memories =
    remembered.length === 0 ? '' : `What you remember:\n${remembered.map((text) => `- ${text}`).join('\n')}`;
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
