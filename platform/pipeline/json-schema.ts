import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import type { Json, JsonSchema } from '../../contracts/json.ts';
import { createLruCache } from '../expression/lru-cache.ts';
import { linearPattern } from './linear-pattern.ts';
import { misfitsOf } from './misfits.ts';
import { type SchemaProblem, schemaTextProblems } from './schema-text-problems.ts';
import { createTimeBox } from './time-box.ts';

interface Refused {
  ok: false;
  problems: SchemaProblem[];
}

/** `value` is a copy with the schema's defaults filled in. */
export type SchemaCheck<Value> = { ok: true; value: Value } | Refused;
export type CompiledSchema =
  { ok: true; check: <Value extends Json>(value: Value) => SchemaCheck<Value> } | Refused;

/** Compiles JSON Schemas that users wrote: draft 2020-12 (without `$schema`) or draft-07. Never throws. */
export interface SchemaCompiler {
  compile(schema: JsonSchema): CompiledSchema;
}

const LONGEST_MS = 300;
/** Without a limit of time, which costs more than they do. */
const SHORT_SCHEMA = 2_000;
const LARGEST_KILOBYTES = 100;
const KEPT_SCHEMAS = 100;

type Dialect = '2020-12' | 'draft-07';
const DIALECTS: readonly (readonly [RegExp, Dialect])[] = [
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, '2020-12'],
  [/^https?:\/\/json-schema\.org\/draft-07\/schema#?$/, 'draft-07'],
];

class TookTooLong extends Error {}

/**
 * Keeps what it compiled, so make one a process. Ajv trusts schemas as it trusts code; these come from users. So patterns
 * are matched in linear time, nothing is fetched, and compiling and checking are cut off when they take too long: by way of
 * references a small schema can take for ever. Formats that are not known are ignored.
 */
export function createSchemaCompiler(): SchemaCompiler {
  const timeBox = createTimeBox();
  const kept = createLruCache<string, CompiledSchema>(KEPT_SCHEMAS);
  const compilers = new Map<Dialect, Ajv | Ajv2020>();

  const compileAs = (dialect: Dialect, schema: JsonSchema, length: number): CompiledSchema => {
    const ajv = compilers.get(dialect) ?? newAjv(dialect);
    compilers.set(dialect, ajv);
    const compiled =
      length <= SHORT_SCHEMA
        ? { ok: true as const, value: compileWith(ajv, schema) }
        : timeBox(LONGEST_MS, () => compileWith(ajv, schema));
    if (compiled.ok) return 'problems' in compiled.value ? compiled.value : checkBy(compiled.value);
    // Whatever was cut off in the middle is not to be trusted.
    compilers.delete(dialect);
    throw new TookTooLong();
  };

  const checkBy = (validate: ValidateFunction): CompiledSchema => ({
    ok: true,
    check: (value) => {
      const copy = structuredClone(value);
      const checked = timeBox(LONGEST_MS, () => runCheck(validate, copy));
      return checked.ok ? checked.value : refused('takes too long to be checked against its schema');
    },
  });

  const compile = ({ $schema, ...schema }: JsonSchema, length: number): CompiledSchema => {
    const dialect = dialectOf($schema);
    if (dialect === undefined)
      return refused('must be left out, for draft 2020-12, or be that of draft-07', '$schema');
    if ('$async' in schema) return refused('is no part of JSON Schema: remove it', '$async');
    const problems = schemaTextProblems(schema);
    return problems.length === 0 ? compileAs(dialect, schema, length) : { ok: false, problems };
  };

  return {
    compile: (schema) => {
      const text = JSON.stringify(schema);
      if (Buffer.byteLength(text) > LARGEST_KILOBYTES * 1024)
        return refused(`is larger than ${LARGEST_KILOBYTES} KB: make it smaller`);
      try {
        return kept.getOrCreate(text, () => compile(schema, text.length));
      } catch (error) {
        // Not kept: the machine may have been busy.
        if (error instanceof TookTooLong) return refused('takes too long to compile: make it simpler');
        throw error;
      }
    },
  };
}

const refused = (message: string, ...parts: string[]): Refused => ({
  ok: false,
  problems: [{ parts, message }],
});

function dialectOf(written: unknown): Dialect | undefined {
  if (written === undefined) return '2020-12';
  return DIALECTS.find(([name]) => typeof written === 'string' && name.test(written))?.[1];
}

function newAjv(dialect: Dialect): Ajv | Ajv2020 {
  const options: Options = {
    allErrors: true,
    strict: false,
    logger: false,
    useDefaults: true,
    // Checked first, for messages with a path.
    validateSchema: false,
    // A user's $id must not stay, nor meet another user's.
    addUsedSchema: false,
    // A schema that refers to a large part many times would become as large as all of them.
    inlineRefs: false,
    // `code` names the engine in code that ajv writes to files, which is not done here.
    code: { regExp: Object.assign(linearPattern, { code: 'linearPattern' }) },
  };
  const ajv = dialect === '2020-12' ? new Ajv2020(options) : new Ajv(options);
  addFormats(ajv);
  return ajv;
}

function compileWith(ajv: Ajv | Ajv2020, schema: JsonSchema): ValidateFunction | Refused {
  if (ajv.validateSchema(schema) !== true) return { ok: false, problems: misfitsOf(ajv.errors, schema) };
  try {
    return ajv.compile(schema);
  } catch (error) {
    return refused(`is no valid JSON Schema: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    ajv.removeSchema(schema);
  }
}

function runCheck<Value extends Json>(validate: ValidateFunction, value: Value): SchemaCheck<Value> {
  try {
    if (validate(value)) return { ok: true, value };
  } catch (error) {
    if (error instanceof RangeError) return refused('meets a schema that refers to itself without end');
    throw error;
  }
  return { ok: false, problems: misfitsOf(validate.errors, value) };
}
