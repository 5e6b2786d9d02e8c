import { isJsonObject, type Json } from '../../../../contracts/json.ts';

/** One place of two values where they differ; absent on the side that has nothing there. */
export interface JsonChange {
  /** Dotted; empty for the values as wholes. */
  path: string;
  before?: Json | undefined;
  after?: Json | undefined;
}

/** Where two values differ, place by place. */
export function jsonChanges(before: Json | undefined, after: Json | undefined, path = ''): JsonChange[] {
  if (before === undefined && after === undefined) return [];
  const [old, now] = [childrenOf(before), childrenOf(after)];
  if (old === undefined || now === undefined || Array.isArray(before) !== Array.isArray(after))
    return before === after ? [] : [{ path, before, after }];
  const keys = new Set([...old.keys(), ...now.keys()]);
  return [...keys].flatMap((key) =>
    jsonChanges(old.get(key), now.get(key), path === '' ? key : `${path}.${key}`),
  );
}

export const sameJson = (a: Json | undefined, b: Json | undefined): boolean => jsonChanges(a, b).length === 0;

function childrenOf(value: Json | undefined): Map<string, Json> | undefined {
  if (Array.isArray(value)) return new Map(value.map((item, index) => [String(index), item]));
  return isJsonObject(value) ? new Map(Object.entries(value)) : undefined;
}
