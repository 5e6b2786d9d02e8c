import jsonata from 'jsonata';

/** A built-in function as JSONata keeps it. All evaluations of a process share the same objects. */
export interface BuiltIn {
  _jsonata_function: true;
  implementation: (...parameters: unknown[]) => unknown;
  signature?: object;
  token?: unknown;
  position?: unknown;
}

const hasFlag = (value: object, flag: '_jsonata_function' | '_jsonata_lambda'): boolean =>
  flag in value && (value as Record<string, unknown>)[flag] === true;

const isBuiltIn = (value: unknown): value is BuiltIn =>
  typeof value === 'object' && value !== null && hasFlag(value, '_jsonata_function');

/** Whether JSONata takes a value for a function: built-in, lambda, or native. */
export const isFunctionValue = (value: unknown): boolean =>
  typeof value === 'function' ||
  (typeof value === 'object' &&
    value !== null &&
    (hasFlag(value, '_jsonata_function') || hasFlag(value, '_jsonata_lambda')));

/** Every function that JSONata 2.2.2 defines. */
const BUILT_IN_NAMES =
  `sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains
  replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean not map zip filter
  single reduce sift keys lookup append exists spread merge reverse each error assert type sort shuffle distinct base64encode base64decode
  encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl now millis eval toMillis fromMillis clone`.split(
    /\s+/,
  );

/** The library keeps its functions to itself; an expression that names one comes to the object. */
export const loadBuiltIns = async (): Promise<Map<string, BuiltIn>> => {
  const found = new Map<string, BuiltIn>();
  for (const name of BUILT_IN_NAMES) {
    const value: unknown = await jsonata(`$${name}`).evaluate(null);
    if (!isBuiltIn(value)) throw new Error(`This version of JSONata has no $${name}`);
    found.set(name, value);
  }
  return found;
};
