import { z } from 'zod';

import type { Citation } from '../../contracts/knowledge.ts';
import type { ModelMessage } from '../../contracts/model.ts';
import type { Scene } from '../../store/conversation-context.ts';
import { LOOP_NOTICE, ModelRecord, modelSuffix, ToolRecord, toolSuffix } from '../agent/turn-record.ts';
import type { TurnSaid } from './control-tools.ts';
import { labelled } from './labels.ts';

const Said = z.object({
  next: z.string().optional(),
  concludes: z.boolean().optional(),
  verdict: z.enum(['approve', 'revise']).optional(),
  agrees: z.boolean().optional(),
});

/** What is kept of a model call of a turn. */
export const TurnModelRecord = ModelRecord.extend({
  /** Calls that people are asked about. */
  asks: z.array(z.string()),
  /** By call: what control tools answered. */
  answers: z.record(z.string(), ToolRecord),
  said: Said,
  needsSummary: z.boolean(),
});
export type TurnModelRecord = z.infer<typeof TurnModelRecord>;

/** The record of a step that was recorded. */
export const turnRecordAt = ({ effects }: Pick<Scene, 'effects'>, step: number): TurnModelRecord =>
  TurnModelRecord.parse(effects[modelSuffix(step)]?.result);

/** What the steps before one have told the mode; later ones count. */
export function saidBefore(scene: Pick<Scene, 'effects'>, step: number): TurnSaid {
  return Array.from({ length: step }, (_, before) => turnRecordAt(scene, before).said).reduce<TurnSaid>(
    (said, more) => ({ ...said, ...withoutAbsent(more) }),
    {},
  );
}

/** What the searches of the steps before one have found that can be cited. */
export const passagesBefore = (scene: Pick<Scene, 'effects'>, step: number): readonly Citation[] =>
  Array.from({ length: step }, (_, before) => turnRecordAt(scene, before)).flatMap(({ toolCalls }, before) =>
    toolCalls.flatMap((_, index) => {
      const effect = scene.effects[toolSuffix(before, index)];
      return effect?.isDone === true ? (ToolRecord.parse(effect.result).citations ?? []) : [];
    }),
  );

/** Without the keys that say nothing. */
export const withoutAbsent = (said: z.infer<typeof Said>): TurnSaid => ({
  ...(said.next === undefined ? {} : { next: said.next }),
  ...(said.concludes === undefined ? {} : { concludes: said.concludes }),
  ...(said.verdict === undefined ? {} : { verdict: said.verdict }),
  ...(said.agrees === undefined ? {} : { agrees: said.agrees }),
});

/**
 * What a turn has before it at a step, beside what it read when it began: its own answers, what tools gave, and what people have said
 * to it meanwhile, each in its place: what steers it, and with that what waited until then.
 */
export function turnTranscript(
  scene: Pick<Scene, 'effects' | 'steering' | 'turn'>,
  step: number,
): ModelMessage[] {
  let heard = scene.turn.beganAfter;
  const steeredUntil = (readUntil: number): ModelMessage[] => {
    const until =
      scene.steering.findLast(({ sequence, steers }) => steers && sequence <= readUntil)?.sequence ?? 0;
    const fresh = scene.steering.filter(({ sequence }) => sequence > heard && sequence <= until);
    heard = Math.max(heard, until);
    return fresh.map(({ author, content }) => ({
      role: 'user',
      content: labelled({ name: author, role: null, isPerson: true }, content),
    }));
  };
  const before = Array.from({ length: step }, (_, index) => index).flatMap((index) => [
    ...steeredUntil(scene.effects[modelSuffix(index)]?.readUntil ?? heard),
    ...stepMessages(scene, index),
  ]);
  return [...before, ...steeredUntil(scene.effects[modelSuffix(step)]?.readUntil ?? heard)];
}

function stepMessages(scene: Pick<Scene, 'effects'>, step: number): ModelMessage[] {
  const { text, toolCalls, answers } = turnRecordAt(scene, step);
  const results = toolCalls.map(({ id, name }, index): ModelMessage => {
    const call = toolSuffix(step, index);
    const effect = scene.effects[call];
    const answer =
      answers[call] ??
      (effect?.isDone === true ? ToolRecord.parse(effect.result) : { content: LOOP_NOTICE, isError: true });
    const { content, isError } = answer;
    return { role: 'tool', toolCallId: id, toolName: name, content, isError };
  });
  return [{ role: 'assistant', content: text, toolCalls }, ...results];
}
