import type { Json } from '../../../../../contracts/json.ts';

export type ReadJson = { ok: true; value: Json | undefined } | { ok: false; message: string };

const LONE = /^\{\{[\s\S]*\}\}$/;

/** Reads what somebody wrote where JSON is wanted. A lone `{{ expression }}` needs no quotes; nothing at all is undefined. */
export function readJsonText(text: string): ReadJson {
  const written = text.trim();
  if (written === '') return { ok: true, value: undefined };
  try {
    // JSON.parse gives JSON.
    return { ok: true, value: JSON.parse(written) as Json };
  } catch (error) {
    if (LONE.test(written)) return { ok: true, value: written };
    return {
      ok: false,
      message: `This is not JSON yet: ${error instanceof Error ? error.message : String(error)}.`,
    };
  }
}

export function writeJsonText(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' && LONE.test(value) ? value : JSON.stringify(value, null, 2);
}
