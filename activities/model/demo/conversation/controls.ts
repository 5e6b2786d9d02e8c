import type { JsonObject, JsonSchema } from '../../../../contracts/json.ts';
import { isJsonObject } from '../../../../contracts/json.ts';
import type { ToolDescription } from '../../../../contracts/model.ts';
import { type Discussion, ownTurns, requestOf } from './discussion.ts';

export interface Control {
  name: string;
  arguments: JsonObject;
}

type Chooser = (discussion: Discussion, schema: JsonSchema) => JsonObject | undefined;

/** Before a facilitator closes, everybody has spoken. */
const CHOOSERS: Readonly<Record<string, Chooser>> = {
  choose_speaker: (discussion, schema) => {
    const speaker = waitingSpeakers(discussion, namesIn(schema, 'speaker'))[0];
    return speaker === undefined ? undefined : { speaker, why: `${speaker} has not been heard yet.` };
  },
  conclude: (discussion) =>
    discussion.sincePerson.some(({ isOwn }) => !isOwn) ? { why: 'Everybody has been heard.' } : undefined,
  hand_over: (discussion, schema) => {
    const to = namedNext(discussion, namesIn(schema, 'to'));
    return to === undefined ? undefined : { to, why: `${to} was asked for.` };
  },
  give_verdict: (discussion) =>
    discussion.purpose === 'merge' || ownTurns(discussion) > 0
      ? { verdict: 'approve', why: 'Nothing is left open.' }
      : { verdict: 'revise', why: 'The points above are open.' },
  agree: (discussion) =>
    ownTurns(discussion) > 0
      ? { agrees: true, why: 'My question has been heard, and nothing speaks against it.' }
      : { agrees: false, why: 'I have only just begun to look at it.' },
};

/** What the agent tells the conversation by control tools, beside what it says. One of those that exclude each other. */
export function controlsFor(discussion: Discussion, tools: readonly ToolDescription[]): Control[] {
  const chosen = tools.flatMap(({ name, inputSchema }): Control[] => {
    const args = CHOOSERS[name]?.(discussion, inputSchema);
    return args === undefined ? [] : [{ name, arguments: args }];
  });
  const leads = chosen.some(({ name }) => name === 'choose_speaker');
  return chosen.filter(({ name }) => name !== 'conclude' || !leads);
}

/** Who is in the list and has not spoken since a person did, in its order. */
const waitingSpeakers = ({ sincePerson, self }: Discussion, names: readonly string[]): string[] =>
  names.filter((name) => name !== self && sincePerson.every(({ speaker }) => speaker !== name));

/** Whom the request names first of those who have not spoken yet. */
function namedNext(discussion: Discussion, names: readonly string[]): string | undefined {
  const request = requestOf(discussion).toLowerCase();
  return waitingSpeakers(discussion, names)
    .map((name) => ({ name, at: request.indexOf(name.toLowerCase()) }))
    .filter(({ at }) => at !== -1)
    .toSorted((a, b) => a.at - b.at)[0]?.name;
}

/** The values that a property may have. */
function namesIn(schema: JsonSchema, property: string): string[] {
  const properties = schema['properties'];
  const described = isJsonObject(properties) ? properties[property] : undefined;
  const values = isJsonObject(described) ? described['enum'] : undefined;
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
}
