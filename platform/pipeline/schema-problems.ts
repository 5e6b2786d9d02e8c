import type { z } from 'zod';

import { isJsonObject } from '../../contracts/json.ts';
import type { ProblemItem } from '../../contracts/problem.ts';
import { dotted, type PathPart, shown } from './dotted-path.ts';
import { isForbiddenKey } from './json-limits.ts';
import { edgeIdOf } from './outline.ts';

type Issue = z.core.$ZodIssue;

/** What the schema of definitions refuses, in words for the author. */
export function schemaProblems(issues: readonly Issue[], definition: unknown): ProblemItem[] {
  return issues.flatMap((issue) => {
    const parts = issue.path.map((part): PathPart => (typeof part === 'number' ? part : String(part)));
    const owner = ownerOf(parts, definition);
    if (issue.code !== 'unrecognized_keys')
      return [{ path: dotted('', ...parts), message: messageOf(issue), ...owner }];
    return issue.keys
      .filter((key) => !isForbiddenKey(key))
      .map((key) => ({
        path: dotted('', ...parts, key),
        message: `There is no field "${shown(key)}" here: remove it, or check how it is spelled`,
        ...owner,
      }));
  });
}

const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries', set: 'entries' };

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing: give ${withArticle(issue.expected)}`
        : `must be ${withArticle(issue.expected)}`;
    case 'too_small':
      return `must ${boundOf(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${boundOf(issue.origin, 'at most', issue.maximum)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_union':
      return unionMessageOf(issue);
    case 'invalid_key':
      return `is not a possible key: ${issue.issues[0]?.message ?? issue.message}`;
    default:
      return issue.message;
  }
}

function unionMessageOf(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  if (!('options' in issue) || !Array.isArray(issue.options)) return 'must be JSON';
  return `must be one of ${issue.options.map((option) => JSON.stringify(option)).join(', ')}`;
}

function boundOf(origin: string, relation: string, limit: number | bigint): string {
  const unit = UNITS[origin];
  return unit === undefined ? `be ${relation} ${limit}` : `have ${relation} ${limit} ${unit}`;
}

const withArticle = (type: string): string =>
  type === 'record' ? 'an object' : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;

/** The innermost node or edge that a path leads into. */
function ownerOf(parts: readonly PathPart[], definition: unknown): { nodeId?: string; edgeId?: string } {
  let graph: unknown = definition;
  let owner: { nodeId?: string } = {};
  for (let at = 0; isJsonObject(graph); at += 4) {
    const [list, index, config, pipeline] = parts.slice(at, at + 4);
    const entries = list === 'nodes' || list === 'edges' ? graph[list] : undefined;
    const entry: unknown = Array.isArray(entries) && typeof index === 'number' ? entries[index] : undefined;
    if (!isJsonObject(entry)) return owner;
    if (list === 'edges') return { edgeId: edgeIdOf(entry) };
    owner = typeof entry['id'] === 'string' ? { nodeId: entry['id'] } : {};
    const inside = config === 'config' ? entry['config'] : undefined;
    graph = pipeline === 'pipeline' && isJsonObject(inside) ? inside['pipeline'] : undefined;
  }
  return owner;
}
