import { isJsonObject, type Json } from '../../../../contracts/json.ts';

/** A value as a person edits it: a text as it is, or the text of an object, else JSON. */
export interface EditableValue {
  text: string;
  isText: boolean;
}

/** An agent's answer is edited as its text; what else belongs to it stays. */
const textIn = (value: Json): string | undefined =>
  isJsonObject(value) && typeof value['text'] === 'string' ? value['text'] : undefined;

export function editableOf(value: Json): EditableValue {
  if (typeof value === 'string') return { text: value, isText: true };
  const text = textIn(value);
  if (text !== undefined) return { text, isText: true };
  return { text: JSON.stringify(value, null, 2), isText: false };
}

export type EditResult = { ok: true; value: Json | undefined } | { ok: false; error: string };

/** What an edited text makes of a value; undefined where it is what it was. */
export function editedValue(value: Json, text: string): EditResult {
  const before = editableOf(value);
  if (text === before.text) return { ok: true, value: undefined };
  if (typeof value === 'string') return { ok: true, value: text };
  if (before.isText && isJsonObject(value)) return { ok: true, value: { ...value, text } };
  try {
    // JSON.parse gives JSON.
    const parsed = JSON.parse(text) as Json;
    const same = JSON.stringify(parsed) === JSON.stringify(value);
    return { ok: true, value: same ? undefined : parsed };
  } catch (error) {
    return {
      ok: false,
      error: `This is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
    };
  }
}
