import { lineFrom } from '../../../contracts/graph/index.ts';
import { tool } from '../../proxies.ts';
import type { NodeRunner } from '../engine.ts';
import { startToCloseOf, stepOptions } from '../run-step.ts';

/** So many actions at most are one activity: should it be tried again, it asks the ledger about each that is done. */
export const LONGEST_LINE = 25;

/**
 * Actions that follow one another are one activity, which does each of them under its own key: handing the next one out through
 * the engine would take longer than most of them do.
 */
export const runActionNode: NodeRunner = ({ run }, { place, node, graph }) => {
  const line = lineFrom(graph, node.id, { belongs: ({ kind }) => kind === 'action', most: LONGEST_LINE - 1 });
  const last = line.at(-1);
  const options = {
    ...stepOptions(run, place, node, last === undefined ? {} : { what: `and on to ${last.name ?? last.id}` }),
    ...startToCloseOf(node, ...line),
  };
  const ids = line.map(({ id }) => id);
  return run.outbox.carry((facts) =>
    tool.runActions.executeWithOptions(options, [{ runId: run.runId, place, line: ids, facts }]),
  );
};
