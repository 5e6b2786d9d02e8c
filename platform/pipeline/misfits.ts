import type { ErrorObject } from 'ajv';

import type { PathPart } from './dotted-path.ts';
import type { SchemaProblem } from './schema-text-problems.ts';

const MOST_MISFITS = 50;

/** What does not fit its schema, one problem a place, in words for whoever wrote the value. */
export function misfitsOf(errors: readonly ErrorObject[] | null | undefined, root: unknown): SchemaProblem[] {
  const places = new Map<string, { parts: readonly PathPart[]; errors: ErrorObject[] }>();
  for (const error of errors ?? []) {
    const parts = [...partsOf(error.instancePath, root), ...extraPartsOf(error)];
    const key = JSON.stringify(parts);
    const place = places.get(key);
    if (place !== undefined) place.errors.push(error);
    else if (places.size < MOST_MISFITS) places.set(key, { parts, errors: [error] });
  }
  return [...places.values()].map((place) => ({ parts: place.parts, message: joined(place.errors) }));
}

/** Beside the errors of its alternatives, the error of the whole says nothing. */
function joined(errors: readonly ErrorObject[]): string {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const single = errors.filter((error) => !choices.includes(error) && error.keyword !== 'if');
  const told = single.length > 0 ? single : errors;
  return [...new Set(told.map(messageOf))].join(choices.length > 0 ? ' or ' : ' and ');
}

/** The parts of a JSON pointer into `root`; a number only where it is an index. */
function partsOf(pointer: string, root: unknown): PathPart[] {
  let at: unknown = root;
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => {
      const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
      const part = Array.isArray(at) ? Number(key) : key;
      at =
        typeof at === 'object' && at !== null
          ? new Map<string, unknown>(Object.entries(at)).get(key)
          : undefined;
      return part;
    });
}

/** Ajv names the object that lacks a property or has one too many; the property itself is the culprit. */
function extraPartsOf({ keyword, params }: ErrorObject): PathPart[] {
  const name: unknown =
    keyword === 'required' || keyword === 'dependentRequired'
      ? params['missingProperty']
      : (params['additionalProperty'] ?? params['unevaluatedProperty'] ?? params['propertyName']);
  return typeof name === 'string' ? [name] : [];
}

function messageOf({ keyword, params, message }: ErrorObject): string {
  const { allowedValues, allowedValue, type }: Record<string, unknown> = params;
  switch (keyword) {
    case 'required':
    case 'dependentRequired':
      return 'is missing';
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not expected here: remove it, or check how it is spelled';
    case 'enum':
      return `must be one of ${JSON.stringify(allowedValues).slice(1, -1)}`;
    case 'const':
      return `must be ${JSON.stringify(allowedValue)}`;
    case 'type':
      return `must be ${Array.isArray(type) ? type.join(' or ') : String(type)}`;
    default:
      return message ?? 'does not fit';
  }
}
