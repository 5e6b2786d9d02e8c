import type { PathPart } from './dotted-path.ts';
import { shown } from './dotted-path.ts';

export interface ConfigProblem {
  /** Where in the node. */
  parts: readonly PathPart[];
  message: string;
}

type Config = Readonly<Record<string, unknown>>;

const LONGEST_URL = 8_000;
const LONGEST_PATH = 400;

/** What can be said of an action's target before any expression is evaluated. */
export function actionProblems(config: Config): ConfigProblem[] {
  const { url, path, headers } = config;
  if (config['action'] === 'write_file')
    return problemsAt(['config', 'path'], path, LONGEST_PATH, pathMessageOf);
  if (config['action'] === 'remember' || config['action'] === 'recall') return scopeProblems(config);
  if (config['action'] !== 'call_api') return [];
  return [
    ...problemsAt(['config', 'url'], url, LONGEST_URL, urlMessageOf),
    ...(typeof headers === 'object' && headers !== null ? Object.keys(headers) : [])
      .filter((name) => !HEADER_NAME.test(name))
      .map((name) => ({
        parts: ['config', 'headers', name],
        message: 'is no name of an HTTP header: use letters, digits and dashes',
      })),
  ];
}

function scopeProblems({ scope = 'global', of }: Config): ConfigProblem[] {
  const parts = ['config', 'of'];
  if (scope === 'global')
    return of === undefined
      ? []
      : [{ parts, message: 'belongs to the scope of a circle or of an agent: say which scope' }];
  if (of !== undefined) return [];
  return [{ parts, message: `is missing: say which ${shown(String(scope))} the scope is of, by name or id` }];
}

function problemsAt(
  parts: readonly PathPart[],
  value: unknown,
  longest: number,
  messageOf: (text: string) => string | undefined,
): ConfigProblem[] {
  if (typeof value !== 'string' || value === '' || value.length > longest) return [];
  const message = messageOf(value);
  return message === undefined ? [] : [{ parts, message }];
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const SCHEMES = ['http://', 'https://'];

function urlMessageOf(url: string): string | undefined {
  const open = url.indexOf('{{');
  const start = (open === -1 ? url : url.slice(0, open)).trimStart().toLowerCase();
  const possible = SCHEMES.some(
    (scheme) => start.startsWith(scheme) || (open !== -1 && scheme.startsWith(start)),
  );
  if (!possible) return `"${shown(url)}" is no http or https URL: start with https:// or an expression`;
  if (open !== -1) return undefined;
  if (!URL.canParse(url)) return `"${shown(url)}" is not a URL`;
  const { username, password } = new URL(url);
  return username === '' && password === ''
    ? undefined
    : 'must not carry a user name or password: use a header, with a secret';
}

const EXPRESSION = /\{\{.*?\}\}/gs;

function pathMessageOf(path: string): string | undefined {
  // What an expression gives is checked when the file is written; here it stands for some name.
  const literal = path.replaceAll(EXPRESSION, 'x').trim();
  if (/^([/\\]|[A-Za-z]:)/.test(literal))
    return 'must be relative to the folder of the run: remove its beginning';
  const segments = literal.split(/[/\\]/);
  if (segments.includes('..')) return 'must not leave the folder of the run: remove ..';
  if (literal.includes('\0')) return 'must not hold the character NUL';
  return ['', '.'].includes(segments.at(-1) ?? '') ? 'names a folder: add the name of a file' : undefined;
}
