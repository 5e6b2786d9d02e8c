import { GatheringFailure } from '../../contracts/failure.ts';
import { isJsonObject, type Json, type JsonSchema } from '../../contracts/json.ts';
import { dotted } from '../../platform/pipeline/dotted-path.ts';
import type { SchemaCompiler } from '../../platform/pipeline/json-schema.ts';

/** The part of a structured answer that providers get: OpenAI takes an object at the root only, so others are wrapped. */
export interface OutputForm {
  schema: JsonSchema;
  /** True when every object of the schema is closed and all its properties are required: OpenAI's strict mode. */
  strict: boolean;
  /** Parses the answer's text. @throws GatheringFailure `BadAgentOutput` naming what does not fit */
  parse: (text: string) => Json;
}

const WRAPPER = 'answer';

/**
 * Prepares structured output by a JSON Schema (2020-12 or draft-07).
 * @throws GatheringFailure `InvalidInput` when the schema itself is not valid
 */
export function outputFormOf(schema: JsonSchema, schemas: SchemaCompiler): OutputForm {
  const compiled = schemas.compile(schema);
  if (!compiled.ok) {
    throw new GatheringFailure('InvalidInput', `The output schema is not valid: ${told(compiled.problems)}`);
  }
  const wrapped = schema['type'] !== 'object';
  const sent: JsonSchema = wrapped
    ? {
        type: 'object',
        properties: { [WRAPPER]: withoutDialect(schema) },
        required: [WRAPPER],
        additionalProperties: false,
      }
    : withoutDialect(schema);
  return {
    schema: sent,
    strict: isStrict(sent),
    parse: (text) => {
      const whole = parseJson(text);
      const value = wrapped && isJsonObject(whole) && WRAPPER in whole ? (whole[WRAPPER] ?? null) : whole;
      const checked = compiled.check(value);
      if (checked.ok) return checked.value;
      throw new GatheringFailure(
        'BadAgentOutput',
        `The answer does not fit its schema: ${told(checked.problems)}`,
      );
    },
  };
}

/** Problems in a form that a model and a person can act upon: each with its place. */
export const told = (problems: readonly { parts: readonly (string | number)[]; message: string }[]): string =>
  problems
    .map(({ parts, message }) => `${parts.length === 0 ? 'the value' : dotted('', ...parts)} ${message}`)
    .join('; ');

function withoutDialect({ $schema: _dialect, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function parseJson(text: string): Json {
  // Models that know no JSON mode like to put their JSON into a code fence.
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/.exec(text);
  try {
    return JSON.parse(fenced?.[1] ?? text) as Json; // what JSON.parse returns is JSON
  } catch (cause) {
    throw new GatheringFailure('BadAgentOutput', 'The answer is not JSON', { cause });
  }
}

const LOOSE_KEYWORDS = [
  'oneOf',
  'allOf',
  'not',
  'if',
  'patternProperties',
  'dependentRequired',
  'prefixItems',
];

function isStrict(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (!isJsonObject(schema)) return true;
  if (LOOSE_KEYWORDS.some((keyword) => keyword in schema)) return false;
  const properties = schema['properties'];
  if (schema['type'] === 'object' || isJsonObject(properties)) {
    const names = isJsonObject(properties) ? Object.keys(properties) : [];
    const required = Array.isArray(schema['required']) ? schema['required'] : [];
    if (schema['additionalProperties'] !== false || !names.every((name) => required.includes(name)))
      return false;
    return names.every((name) => isStrict(isJsonObject(properties) ? (properties[name] ?? null) : null));
  }
  return Object.values(schema).every(isStrict);
}
