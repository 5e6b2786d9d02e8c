import type { CarriedState, HumanPlan, PipelineRunInput, PlanGraph, PlanNode } from '../../contracts/plan.ts';

/** What is to be known of a run for its page in the engine's own UI. */
export interface RunView {
  input: Pick<PipelineRunInput, 'pipelineName' | 'pipelineVersion' | 'plan'>;
  paused: boolean;
  costUsd: number;
  /** Node keys. */
  running: readonly string[];
  scopes: CarriedState['scopes'];
  maps: CarriedState['maps'];
  /** Node keys, and until when they wait, in milliseconds since 1970. */
  waits?: ReadonlyMap<string, number>;
}

/** More lines than this nobody reads. */
const LONGEST = 20;

/** What runs, what waits and for whom, and what has failed, as Markdown. It holds names, states and counts, never a value. */
export function detailsOf(view: RunView): string {
  const { input, paused, costUsd } = view;
  const nodes = view.running.flatMap((key) => whatRuns(input.plan, key));
  const waits = nodes.filter(({ node }) => node.kind === 'delay' || node.kind === 'human');
  const runs = nodes.filter((each) => !waits.includes(each));
  const progress = [`${decided(view)} of ${input.plan.nodes.length} nodes decided`];
  if (costUsd > 0) progress.push(`$${costUsd.toFixed(4)}`);
  if (paused) progress.push('**paused**: nothing new starts');
  return [
    `**${input.pipelineName}** v${input.pipelineVersion}: ${progress.join(', ')}`,
    ...section('Runs', [...runs.map(({ key, node }) => line(key, node, node.kind)), ...lists(view)]),
    ...section(
      'Waits',
      waits.map(({ key, node }) => line(key, node, waitOf(node.human, view.waits?.get(key)))),
    ),
    ...section('Failed', failures(view)),
  ].join('\n\n');
}

const section = (title: string, lines: readonly string[]): string[] => {
  if (lines.length === 0) return [];
  const more = lines.length > LONGEST ? [`- and ${lines.length - LONGEST} more`] : [];
  return [`**${title}**\n\n${[...lines.slice(0, LONGEST), ...more].join('\n')}`];
};

const line = (key: string, { name }: PlanNode, what: string): string =>
  `- \`${key}\`${name === undefined ? '' : ` ${name}`}: ${what}`;

function waitOf(human: HumanPlan | undefined, untilMs: number | undefined): string {
  const until = untilMs === undefined ? '' : ` until ${new Date(untilMs).toISOString()}`;
  if (human === undefined) return `for its time${until}`;
  return `for ${human.approvers?.join(', ') ?? 'whoever may answer approvals'}${until}`;
}

/** Maps are told of by how far they are. */
function whatRuns(plan: PlanGraph, key: string): { key: string; node: PlanNode }[] {
  const node = nodeAt(plan, pathOf(key));
  return node === undefined || node.kind === 'map' ? [] : [{ key, node }];
}

function lists({ input, maps }: RunView): string[] {
  return maps.flatMap(({ place, state }) => {
    const node = nodeAt(input.plan, place.path);
    if (node?.kind !== 'map') return [];
    const { count, next, live, failed, children } = state;
    const begun = children === undefined ? `${live.length} run` : `${children.length} child workflows run`;
    const what = `map, ${next} of ${count} items begun, ${begun}, ${failed.length} failed`;
    return [line(place.path.join('.'), node, what)];
  });
}

const decided = ({ scopes }: RunView): number =>
  scopes.find(({ scope }) => scope.path.length === 0)?.outcomes.length ?? 0;

function failures({ input, scopes }: RunView): string[] {
  return scopes.flatMap(({ scope, outcomes }) =>
    outcomes
      .filter(({ status }) => status === 'failed')
      .flatMap(({ id, port }) => {
        const path = [...scope.path, id];
        const node = nodeAt(input.plan, path);
        const key = `${path.join('.')}/${scope.indexes.join('.') || '0'}`;
        const way = port === undefined ? '' : `, the run goes on by "${port}"`;
        return node === undefined ? [] : [line(key, node, `${node.kind}${way}`)];
      }),
  );
}

const pathOf = (key: string): string[] => key.slice(0, key.lastIndexOf('/')).split('.');

function nodeAt(plan: PlanGraph, [id, ...rest]: readonly string[]): PlanNode | undefined {
  const node = plan.nodes.find((each) => each.id === id);
  return rest.length === 0 || node?.map === undefined ? node : nodeAt(node.map.graph, rest);
}
