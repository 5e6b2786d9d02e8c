import { describe, expect, it } from '@jest/globals';

import type { NodeKind } from '../pipeline.ts';
import { DEFAULT_PORT, type MergePlan, type NodeOutcome, type OnError, type PlanEdge } from '../plan.ts';
import { createGraph, type Graph } from './graph.ts';
import { failedOutcome } from './ports.ts';
import { abandoned, mergedBranches, type Progress, startProgress } from './progress.ts';

/**
 * Small pipelines and what becomes of them. A row: what it shows | nodes | edges | endings | order | expected.
 *   nodes     a: computes; a?: a condition; m=all, m=first, m=quorum2: merges; a/continue, a/route: its onError
 *   edges     a>b, or a:true>b where it leaves by a port
 *   endings   a:true: completes at that port; a!: fails. Whatever is not named completes at its default port
 *   order     who ends first of those that run; others follow in the order in which they became ready
 *   expected  the run's status, then each node: a, a:true: completed; m[a,b]: merged; a!, a!error: failed, going on at that
 *             port; a-: skipped; a~: canceled
 */
const TABLE = `
# Chains and forks
a single node runs                          | a           |                                 |  |         | completed: a
a chain runs to its end                     | a b c       | a>b b>c                         |  |         | completed: a b c
the order of the definition does not matter | c b a       | a>b b>c                         |  |         | completed: c b a
nodes without edges all run                 | a b c       |                                 |  |         | completed: a b c
two chains run beside each other            | a b c d     | a>b c>d                         |  |         | completed: a b c d
both branches of a fork run                 | a b c       | a>b a>c                         |  |         | completed: a b c
a join runs after all it waits for          | a b c       | a>c b>c                         |  |         | completed: a b c
a diamond runs                              | a b c d     | a>b a>c b>d c>d                 |  |         | completed: a b c d
a short cut does not run a node twice       | a b c       | a>b b>c a>c                     |  |         | completed: a b c
a fan of four comes together                | a b c d e f | a>b a>c a>d a>e b>f c>f d>f e>f |  | e d c b | completed: a b c d e f

# Conditions
the true branch is taken                   | a? b c      | a:true>b a:false>c                    | a:true          |     | completed: a:true b c-
the false branch is taken                  | a? b c      | a:true>b a:false>c                    | a:false         |     | completed: a:false b- c
a port that no edge leaves by ends there   | a? b        | a:true>b                              | a:false         |     | completed: a:false b-
the other port of it goes on               | a? b        | a:true>b                              | a:true          |     | completed: a:true b
both ports may lead to one node            | a? b        | a:true>b a:false>b                    | a:false         |     | completed: a:false b
two nodes may hang on one port             | a? b c d    | a:true>b a:true>c a:false>d           | a:true          |     | completed: a:true b c d-
a skip goes down the chain                 | a? b c d    | a:true>b b>c c>d                      | a:false         |     | completed: a:false b- c- d-
a skip ends where another branch comes in  | a? b c d    | a:true>b b>d a:false>c c>d            | a:false         |     | completed: a:false b- c d
branches come together again               | a? b c d    | a:true>b b>d a:false>c c>d            | a:true          |     | completed: a:true b c- d
one taken edge is enough                   | a? b c      | a:true>c b>c                          | a:false         |     | completed: a:false b c
one taken edge waits for the undecided one | a? b c      | a:true>c b>c                          | a:true          | b a | completed: a:true b c
of two conditions one is enough            | a? b? c     | a:true>c b:true>c                     | a:true b:false  |     | completed: a:true b:false c
of two conditions none is too few          | a? b? c     | a:true>c b:true>c                     | a:false b:false |     | completed: a:false b:false c-
conditions may follow each other           | a? b? c     | a:true>b b:true>c                     | a:true b:true   |     | completed: a:true b:true c
a condition inside a branch chooses        | a? b? c d e | a:true>b a:false>e b:true>c b:false>d | a:true b:false  |     | completed: a:true b:false c- d e-
a skipped condition chooses nothing        | a? b? c d e | a:true>b a:false>e b:true>c b:false>d | a:false         |     | completed: a:false b- c- d- e

# Merges of all
every branch is waited for                        | a b m=all         | a>m b>m                    |         |       | completed: a b m[a,b]
branches are joined in the order of their ends    | a b m=all         | a>m b>m                    |         | b a   | completed: a b m[b,a]
a long branch is waited for                       | a b c m=all       | a>b b>m c>m                |         | c     | completed: a b c m[c,b]
a skipped branch is left out                      | a? b c m=all      | a:true>b a:false>c b>m c>m | a:true  |       | completed: a:true b c- m[b]
a condition may be a branch itself                | a? b m=all        | a:true>b a:false>m b>m     | a:false |       | completed: a:false b- m[a]
a branch by both ports of a condition counts once | a? m=all          | a:true>m a:false>m         | a:true  |       | completed: a:true m[a]
without any branch it is skipped                  | a? b m=all        | a:true>b b>m               | a:false |       | completed: a:false b- m-
a merge that nothing leads to runs                | m=all             |                            |         |       | completed: m[]
merges may follow each other                      | a b c m=all n=all | a>m b>m m>n c>n            |         | c a b | completed: a b c m[a,b] n[c,m]
a skipped merge is a skipped branch               | a? b m=all n=all  | a:true>m m>n b>n           | a:false |       | completed: a:false b m- n[b]
what follows a merge runs once                    | a b m=all c       | a>m b>m m>c                |         |       | completed: a b m[a,b] c

# First
the first branch goes on                     | a b m=first          | a>m b>m                    |         | a m b   | completed: a b m[a]
the one that is defined last may be first    | a b m=first          | a>m b>m                    |         | b m a   | completed: a b m[b]
two at once: the one that ended first        | a b m=first          | a>m b>m                    |         | b a m   | completed: a b m[b]
what follows does not wait for late branches | a b m=first c        | a>m b>m m>c                |         | a m c b | completed: a b m[a] c
what comes late starts nothing again         | a b m=first c        | a>m b>m m>c                |         | b m c a | completed: a b m[b] c
a skipped branch is not first                | a? b c m=first       | a:true>b a:false>c b>m c>m | a:false |         | completed: a:false b- c m[c]
a port not taken is not first                | a? b m=first         | a:true>m b>m               | a:false | a b     | completed: a:false b m[b]
without any branch it is skipped             | a? b m=first         | a:true>b b>m               | a:false |         | completed: a:false b- m-
a failed branch that continues is first      | a/continue b m=first | a>m b>m                    | a!      | a m b   | completed: a!default b m[a]
a failed branch that routes elsewhere is not | a/route b m=first    | a>m b>m                    | a!      | a b     | completed: a!error b m[b]

# Quorum
two of three go on                           | a b c m=quorum2          | a>m b>m c>m            |         | a b m c | completed: a b c m[a,b]
any two of three go on                       | a b c m=quorum2          | a>m b>m c>m            |         | c a m b | completed: a b c m[c,a]
three of three is all                        | a b c m=quorum3          | a>m b>m c>m            |         |         | completed: a b c m[a,b,c]
one of two is first                          | a b m=quorum1            | a>m b>m                |         | b m a   | completed: a b m[b]
enough are left although one is skipped      | a? b c m=quorum2         | a:true>m b>m c>m       | a:false |         | completed: a:false b c m[b,c]
too few are left                             | a? b m=quorum2           | a:true>m b>m           | a:false |         | completed: a:false b m-
it does not wait once too few are left       | a? b c m=quorum2 n       | a:true>m b>m m>n b>c   | a:false | a b     | completed: a:false b c m- n-
what follows a quorum that failed is skipped | a? b m=quorum2 c         | a:true>m b>m m>c       | a:false |         | completed: a:false b m- c-
two ports of one condition give one branch   | a? b m=quorum2           | a:true>m a:false>m b>m | a:true  |         | completed: a:true b m[a,b]
a failed branch that continues counts        | a/continue b c m=quorum2 | a>m b>m c>m            | a!      | a b m c | completed: a!default b c m[a,b]

# Failures
the run fails, what runs is canceled, what waits is skipped | a b c          | a>c b>c            | a!         |         | failed: a! b~ c-
what has ended stays                                        | a b c          | a>c b>c            | a!         | b a     | failed: a! b c-
a failure at the end fails the run                          | a b            | a>b                | b!         |         | failed: a b!
a failure cancels a branch that has nothing to do with it   | a b c d        | a>b c>d            | b!         | a c b d | failed: a b! c d~
what was skipped before stays skipped                       | a? b c         | a:true>b           | a:false c! | a c     | failed: a:false b- c!
a failed condition fails the run                            | a? b c         | a:true>b a:false>c | a!         |         | failed: a! b- c-
a waiting merge is skipped                                  | a b m=first    | a>m b>m            | a!         |         | failed: a! b~ m-
after one that continues another may fail                   | a/continue b c | a>b b>c            | a! b!      |         | failed: a!default b! c-

# Failures that continue
what follows runs                       | a/continue b       | a>b                | a! |  | completed: a!default b
at the end the run completes            | a/continue         |                    | a! |  | completed: a!default
others go on                            | a/continue b c     | a>c b>c            | a! |  | completed: a!default b c
a condition goes on as if it were false | a?/continue b c    | a:true>b a:false>c | a! |  | completed: a!false b- c
a merge joins it                        | a/continue b m=all | a>m b>m            | a! |  | completed: a!default b m[a,b]
without a failure nothing is different  | a/continue b       | a>b                |    |  | completed: a b

# Failures that are routed
the error branch runs                         | a/route b c         | a>b a:error>c                | a!    |  | completed: a!error b- c
without a failure it is skipped               | a/route b c         | a>b a:error>c                |       |  | completed: a b c-
without an error branch it goes on nowhere    | a/route b           | a>b                          | a!    |  | completed: a!error b-
a condition has an error branch too           | a?/route b c d      | a:true>b a:false>c a:error>d | a!    |  | completed: a!error b- c- d
both ports may lead to one node               | a/route b           | a>b a:error>b                | a!    |  | completed: a!error b
the error branch may come back                | a/route b c d       | a>b a:error>c b>d c>d        | a!    |  | completed: a!error b- c d
a merge joins the branch that was taken       | a/route b m=all     | a>m a:error>b b>m            | a!    |  | completed: a!error b m[b]
a merge joins the other one without a failure | a/route b m=all     | a>m a:error>b b>m            |       |  | completed: a b- m[a]
an error branch may have one of its own       | a/route b/route c d | a:error>b b:error>c b>d      | a! b! |  | completed: a!error b!error c d-
an error branch may fail the run              | a/route b c         | a:error>b b>c                | a! b! |  | failed: a!error b! c-

# A digest of a document
with enough to say it is written and posted | sections long enough? each summary post end=all | sections>long long>enough enough:true>each enough:false>end each>summary summary>post post>end | enough:true  |  | completed: sections long enough:true each summary post end[post]
with too little it ends at once             | sections long enough? each summary post end=all | sections>long long>enough enough:true>each enough:false>end each>summary summary>post post>end | enough:false |  | completed: sections long enough:false each- summary- post- end[enough]
`;

interface Node {
  id: string;
  kind: NodeKind;
  onError: OnError;
  merge?: MergePlan;
}

const words = (text = ''): string[] => text.split(' ').filter((word) => word !== '');
const MERGE_MODES = { all: { mode: 'all' }, first: { mode: 'first' } } as const;
const ON_ERROR: Record<string, OnError> = { continue: 'continue', route: 'route' };

function nodeOf(word: string): Node {
  const [, id = '', mark = '', count = '', onError = ''] =
    /^([a-z]+)(\?|=all|=first|=quorum)?(\d*)(?:\/(\w+))?$/.exec(word) ?? [];
  const node: Node = {
    id,
    kind: mark === '?' ? 'condition' : 'transform',
    onError: ON_ERROR[onError] ?? 'fail',
  };
  if (mark === '=all' || mark === '=first')
    return { ...node, kind: 'merge', merge: MERGE_MODES[mark === '=all' ? 'all' : 'first'] };
  return mark === '=quorum'
    ? { ...node, kind: 'merge', merge: { mode: 'quorum', count: Number(count) } }
    : node;
}

function edgeOf(word: string): PlanEdge {
  const [, from = '', port, to = ''] = /^([a-z]+)(?::(\w+))?>([a-z]+)$/.exec(word) ?? [];
  return port === undefined ? { from, to } : { from, to, port };
}

/** How each node ends that does not complete at its default port: the port, or `!`. */
const endingsOf = (text: string): Map<string, string> =>
  new Map(
    words(text).map((word) =>
      word.endsWith('!') ? [word.slice(0, -1), '!'] : [word.split(':')[0] ?? '', word.split(':')[1] ?? ''],
    ),
  );

function outcomeOf(node: Node, ending: string | undefined): NodeOutcome {
  if (ending === '!') return failedOutcome(node.id, node.kind, node.onError);
  return { id: node.id, status: 'completed', port: ending ?? DEFAULT_PORT };
}

/** Runs a pipeline as the engine does: whatever is ready runs, one after the other ends, and the first fatal failure ends it. */
function run(graph: Graph<Node>, endings: ReadonlyMap<string, string>, order: readonly string[]): string {
  const progress = startProgress(graph);
  const merged = new Map<string, string[]>();
  const nextOf = (ready: ReadonlySet<string>): string | undefined =>
    order.find((id) => ready.has(id)) ?? [...ready][0];
  for (let id = nextOf(progress.ready); id !== undefined; id = nextOf(progress.ready)) {
    const node = graph.nodes.get(id);
    if (node === undefined) break;
    if (node.merge !== undefined) merged.set(id, mergedBranches(graph, progress, id));
    const outcome = outcomeOf(node, endings.get(id));
    const running = new Set([...progress.ready].filter((other) => other !== id));
    progress.decide(outcome);
    if (outcome.status === 'failed' && node.onError === 'fail') {
      const rest = abandoned(graph, progress, running);
      return `failed: ${told(graph, progress, rest, merged)}`;
    }
  }
  expect(progress.complete).toBe(true);
  return `completed: ${told(graph, progress, [], merged)}`;
}

function told(
  graph: Graph<Node>,
  progress: Progress,
  rest: readonly NodeOutcome[],
  merged: ReadonlyMap<string, readonly string[]>,
): string {
  return [...graph.nodes.keys()]
    .map((id) => {
      const outcome = progress.outcomeOf(id) ?? rest.find((other) => other.id === id);
      const port = outcome?.port ?? '';
      const branches = merged.get(id);
      switch (outcome?.status) {
        case 'completed':
          return `${id}${port === DEFAULT_PORT ? '' : `:${port}`}${branches === undefined ? '' : `[${branches.join()}]`}`;
        case 'failed':
          return `${id}!${port}`;
        case 'skipped':
          return `${id}-`;
        case 'canceled':
          return `${id}~`;
        case undefined:
          return `${id} undecided`;
      }
    })
    .join(' ');
}

const sections = TABLE.split('\n# ')
  .slice(1)
  .map((section) => section.split('\n').filter((line) => line !== ''));

describe.each(sections.map(([title = '', ...lines]) => [title, lines] as const))('%s', (_title, lines) => {
  it.each(lines.map((line) => line.split('|').map((cell) => cell.trim())))(
    '%s: %s, %s',
    (_what = '', nodes = '', edges = '', endings = '', order = '', expected = '') => {
      const graph = createGraph(words(nodes).map(nodeOf), words(edges).map(edgeOf));
      expect(graph.nodes.size).toBe(words(nodes).length);
      expect(run(graph, endingsOf(endings), words(order))).toBe(expected);
    },
  );
});
