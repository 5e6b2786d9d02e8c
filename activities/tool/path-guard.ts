import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

import { GatheringFailure } from '../../contracts/failure.ts';

const MAX_LENGTH = 400;
const MAX_SEGMENT_BYTES = 200;

/** What a path may not be, each with what to tell the author. Read on the path itself and on its compatibility form. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\p{Cc}/u, 'it holds a control character'],
  [/%[0-9a-f]{2}/i, 'it is percent-encoded; write the characters themselves'],
  [/\\/, 'it holds a backslash; folders are separated by /'],
  [/:/, 'it holds a colon'],
  [/^[/~]/, 'it is absolute; a path starts in the folder of the run'],
  [/(?:^|\/)\.\.(?:\/|$)/, 'it leads out of the folder of the run'],
  [/(?:^|\/)[^/]*[. ](?:\/|$)/, 'a name in it ends in a dot or a space'],
  [/(?:^|\/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.[^/]*)?(?:\/|$)/i, 'a name in it is reserved by Windows'],
];

/**
 * The segments of a path that stays inside its folder as far as its text tells: relative, without `..`, drive, encoding,
 * control characters and lookalikes of these, in a form that every system takes for the same.
 * @throws GatheringFailure `InvalidInput` saying what is wrong with it
 */
export function safeSegments(path: string): string[] {
  if (path.trim() === '') throw refused(path, 'it is empty');
  if (path.length > MAX_LENGTH) throw refused(path, `it is longer than ${MAX_LENGTH} characters`);
  const cleaned = path.replace(/(?:^|(?<=\/))\.\//g, '');
  // Full-width dots and slashes become plain ones on systems that bring names to their compatibility form.
  for (const form of [cleaned, cleaned.normalize('NFKC')]) {
    const broken = RULES.find(([pattern]) => pattern.test(form));
    if (broken !== undefined) throw refused(path, broken[1]);
  }
  const segments = cleaned.split('/').filter((segment) => segment !== '');
  if (segments.length === 0) throw refused(path, 'it names no file');
  if (segments.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)) {
    throw refused(path, `a name in it is longer than ${MAX_SEGMENT_BYTES} bytes`);
  }
  return segments;
}

/**
 * The real place of a path inside a folder, which must exist; the file itself and folders on the way need not. Links are
 * followed as far as they exist, and none may lead out.
 * @throws GatheringFailure `InvalidInput` for a bad path, `Forbidden` for one that leads out by a link
 */
export async function resolveInside(folder: string, path: string): Promise<string> {
  const segments = safeSegments(path);
  const root = await realpath(folder);
  const wanted = join(root, ...segments);
  const existing = await realpath(await deepestExisting(wanted)).catch((cause: unknown) => {
    // A link to nowhere: what it would lead to cannot be checked.
    throw new GatheringFailure('Forbidden', `"${path}" is a broken link`, { cause });
  });
  const inside = relative(root, existing);
  if (inside === '..' || inside.startsWith(`..${sep}`)) {
    throw new GatheringFailure('Forbidden', `"${path}" leads out of the folder of the run by a link`);
  }
  return wanted;
}

async function deepestExisting(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const found = await lstat(at).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (found !== undefined || at === dirname(at)) return at;
  }
}

/** Whether a file system error says that there is no such thing, a file where a folder should be included. */
export const isMissing = (error: unknown): boolean =>
  codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

/** The system's code of an error such as `EISDIR`; undefined for what is no system error. */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const refused = (path: string, why: string): GatheringFailure =>
  new GatheringFailure(
    'InvalidInput',
    `The path ${JSON.stringify(path.slice(0, 120))} cannot be used: ${why}`,
  );
