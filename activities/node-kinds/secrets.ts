import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import { isJsonObject } from '../../contracts/json.ts';
import type { Sealer } from '../../platform/sealed.ts';
import type { Secrets } from '../../store/secrets.ts';

/** Gives the readable values of secrets, by name. @throws GatheringFailure InvalidInput naming those that do not exist */
export type OpenSecrets = (names: readonly string[]) => Promise<Record<string, string>>;

/** @param sealer absent where the installation has no `SECRET_KEY`: then there are no secrets */
export function createOpenSecrets(
  secrets: Pick<Secrets, 'findSealed'>,
  sealer: Sealer | undefined,
): OpenSecrets {
  return async (names) => {
    if (names.length === 0) return {};
    const sealed = await secrets.findSealed(names);
    const missing = names.filter((name) => !sealed.has(name));
    if (missing.length > 0 || sealer === undefined) {
      throw new GatheringFailure('InvalidInput', `There is no secret ${missing.join(', ')}`);
    }
    return Object.fromEntries([...sealed].map(([name, bytes]) => [name, sealer.open(name, bytes)]));
  };
}

const MASK = '***';

/** What stands in for every secret where an expression is evaluated for the record. */
export const masksOf = (secrets: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.keys(secrets).map((name) => [name, MASK]));

/** Shorter ones stand in texts by chance: they are taken out only where they are the whole text. */
const SHORTEST_WITHIN = 4;

/**
 * Takes secrets out of texts: their values and every text that was made with them, whatever was done to them there, as they are and
 * as URLs, JSON and base64 write them.
 * @param rendered with the secrets, and `shown` with masks in their place: where they differ, a text holds a secret
 */
export function createMask(
  secrets: Readonly<Record<string, string>>,
  rendered: Json,
  shown: Json,
): (text: string) => string {
  const texts = [...Object.values(secrets), ...differingTexts(rendered, shown)].flatMap(formsOf);
  const whole = new Set(texts.filter((text) => text !== ''));
  const within = [...whole]
    .filter((text) => text.length >= SHORTEST_WITHIN)
    .sort((a, b) => b.length - a.length);
  return (text) =>
    whole.has(text) ? MASK : within.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}

function formsOf(value: string): string[] {
  const text = value.toWellFormed();
  return [
    value,
    encodeURIComponent(text),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64'),
    ...urlFormsOf(text),
  ];
}

/** As a part of a URL's path or query, and the parts of a text that is a URL itself: errors name its origin alone. */
function urlFormsOf(text: string): string[] {
  const frame = new URL('http://host/');
  frame.pathname = `/${text}`;
  frame.search = `?${text}`;
  const url = URL.parse(text);
  const parts = url === null ? [] : [url.origin, url.host, url.hostname, url.pathname, url.search.slice(1)];
  return [frame.pathname.slice(1), frame.search.slice(1), ...parts.filter((part) => part !== '/')];
}

function differingTexts(rendered: Json, shown: Json): string[] {
  if (typeof rendered === 'string') return rendered === shown ? [] : [rendered];
  if (Array.isArray(rendered))
    return rendered.flatMap((entry, index) =>
      differingTexts(entry, Array.isArray(shown) ? (shown[index] ?? null) : null),
    );
  if (!isJsonObject(rendered)) return [];
  return Object.entries(rendered).flatMap(([key, entry]) =>
    differingTexts(entry, isJsonObject(shown) ? (shown[key] ?? null) : null),
  );
}

/** The same value with every text in it masked, keys too. */
function maskJson(value: Json, mask: (text: string) => string): Json {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((entry) => maskJson(entry, mask));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [mask(key), maskJson(entry, mask)]));
}

/** An action's output with the texts in it masked; the keys of the output itself are ours. */
export const maskOutput = (output: Json, mask: (text: string) => string): Json =>
  isJsonObject(output)
    ? Object.fromEntries(Object.entries(output).map(([key, value]) => [key, maskJson(value, mask)]))
    : maskJson(output, mask);
