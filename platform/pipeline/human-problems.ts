import { millisecondsOf } from '../../contracts/duration.ts';
import { isJsonObject, type JsonObject } from '../../contracts/json.ts';
import type { ConfigProblem } from './action-problems.ts';
import { shown } from './dotted-path.ts';
import type { OutlineNode } from './outline.ts';

/** More often would be no reminder. */
const SHORTEST_REMINDER_MS = 1_000;

/** What is wrong with a question to people that its schema cannot tell; its form is looked at elsewhere. */
export function humanProblems({ config, written }: Pick<OutlineNode, 'config' | 'written'>): ConfigProblem[] {
  return [...timeProblems(config, written), ...approverProblems(config)];
}

function timeProblems(config: JsonObject, written: JsonObject): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const problem = (parts: readonly string[], message: string): void =>
    void problems.push({ parts: ['config', ...parts], message });
  const timeoutMs = durationOf(config['timeout'] ?? written['timeout']);
  if (durationOf(config['timeout']) === 0) problem(['timeout'], 'must be longer than nothing');
  if (durationOf(config['remindAfter']) < SHORTEST_REMINDER_MS)
    problem(['remindAfter'], 'must be at least 1 second');
  const afterMs = durationOf(escalationOf(config)['after']);
  if (afterMs === 0) problem(['escalate', 'after'], 'must be longer than nothing');
  if (afterMs >= timeoutMs)
    problem(['escalate', 'after'], 'is not before the timeout: nobody would be asked any more');
  return problems;
}

function approverProblems(config: JsonObject): ConfigProblem[] {
  const approvers = namesIn(config['approvers']);
  const known = new Set<string>();
  const problems: ConfigProblem[] = [];
  for (const [index, name] of approvers.entries()) {
    if (known.has(name))
      problems.push({
        parts: ['config', 'approvers', index],
        message: `names "${shown(name)}" again: remove it`,
      });
    known.add(name);
  }
  const all = new Set([...known, ...namesIn(escalationOf(config)['to'])]);
  const { quorum } = config;
  const isOpen = approvers.length === 0 || [...all].some((name) => name.startsWith('role:'));
  if (typeof quorum !== 'number' || isOpen || quorum <= all.size) return problems;
  const message = `needs ${quorum} approvals of ${all.size} people: lower the quorum, or name more approvers`;
  return [...problems, { parts: ['config', 'quorum'], message }];
}

const escalationOf = ({ escalate }: JsonObject): JsonObject => (isJsonObject(escalate) ? escalate : {});

const namesIn = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.flatMap((name: unknown) => (typeof name === 'string' ? [name.toLowerCase()] : []))
    : [];

/** NaN where there is none, which is neither shorter nor longer than anything. */
const durationOf = (value: unknown): number =>
  typeof value === 'string' ? millisecondsOf(value) : Number.NaN;

/** An edge at the port `timeout` of a node that never times out would never be taken. */
export function timeoutPortMessage(
  { kind, config, written, id }: OutlineNode,
  port: string,
): string | undefined {
  if (kind !== 'human' || port !== 'timeout') return undefined;
  if (config['timeout'] !== undefined || written['timeout'] !== undefined) return undefined;
  return `The human "${shown(id ?? '')}" waits without a timeout: set its config.timeout, or remove the edge`;
}
