import { isJsonObject } from '../../../../contracts/json.ts';
import { Usage } from '../../../../contracts/model.ts';
import type { Run, RunNode } from '../../../../contracts/run.ts';
import { sameJson } from '../../ui/diff/json-changes.ts';
import { nodeKey } from './live.ts';

/** How one node went in two runs. */
export interface ComparedNode {
  key: string;
  path: string;
  iteration: string;
  before: RunNode | undefined;
  after: RunNode | undefined;
  /** `output` and `unknown`: it ended alike; of `unknown` the outputs are too large to be here. */
  difference: 'same' | 'status' | 'output' | 'unknown' | 'onlyBefore' | 'onlyAfter';
}

/** The nodes of two runs side by side, in the order of the second one; those of the first alone are last. */
export function compareRuns(before: Run, after: Run): ComparedNode[] {
  const old = new Map(before.nodes.map((node) => [nodeKey(node.path, node.iteration), node]));
  const now = new Map(after.nodes.map((node) => [nodeKey(node.path, node.iteration), node]));
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    const { path, iteration } = is ?? was ?? {};
    if (path === undefined || iteration === undefined) return [];
    return [{ key, path, iteration, before: was, after: is, difference: differenceOf(was, is) }];
  });
}

function differenceOf(before: RunNode | undefined, after: RunNode | undefined): ComparedNode['difference'] {
  if (before === undefined) return 'onlyAfter';
  if (after === undefined) return 'onlyBefore';
  if (before.status !== after.status) return 'status';
  if (before.outputRef !== undefined && after.outputRef !== undefined)
    return before.outputRef.bytes === after.outputRef.bytes ? 'unknown' : 'output';
  if (before.outputRef !== undefined || after.outputRef !== undefined) return 'output';
  if (!sameJson(before.error?.message, after.error?.message)) return 'output';
  return sameJson(before.output, after.output) ? 'same' : 'output';
}

/** What an agent's answer cost; undefined for nodes that cost nothing. */
export function costOf(node: RunNode | undefined): number | undefined {
  if (node === undefined || !isJsonObject(node.output)) return undefined;
  return Usage.safeParse(node.output['usage']).data?.costUsd;
}

/** How long a node took; undefined where it did not run to its end, or ran in another run. */
export function tookMs(node: RunNode | undefined): number | undefined {
  if (node === undefined || node.startedAt === null || node.endedAt === null) return undefined;
  return Date.parse(node.endedAt) - Date.parse(node.startedAt);
}
