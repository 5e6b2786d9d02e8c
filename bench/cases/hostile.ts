import { pureChain, runToEnd, storePipeline } from '../pipelines.ts';
import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format, median } from '../statistics.ts';

/** Each must be a failed node (or be refused when it is stored), never a stuck worker. */
const HOSTILE: Readonly<Record<string, string>> = {
  'evil regex': '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)',
  'endless recursion': '($f := function($n) { 1 + $f($n + 1) }; $f(0))',
  'endless tail recursion': '($f := function($n) { $f($n + 1) }; $f(0))',
  'range of 10⁷': '$count([1..10000000].($ * 2))',
  'doubling string':
    '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("xxxxxxxxxxxxxxxx", 40))',
  'output of 79 MB': '[1..1000000].("value number " & $string($))',
  constructor: 'input.constructor.constructor("return process")()',
  __proto__: '$merge([{"__proto__": {"polluted": true}}, {"polluted": nothing}]).polluted',
};
/** On a linear-time engine an evil pattern is an honest one, and what is not there is nothing: these may come to a good end. */
const HARMLESS = new Set(['evil regex', 'constructor', '__proto__']);
const PROBES = 12;

/** Runs of a quick pipeline alone, and again while every kind of bomb goes off. */
export async function hostile({ api, kind }: Stage): Promise<Finding[]> {
  const quick = await storePipeline(api, { ...pureChain(10), name: 'quick' });
  const bombs = new Map<string, string>();
  let refused = 0;
  for (const [name, expression] of Object.entries(HOSTILE)) {
    const node = { id: 'bomb', type: 'transform', config: { expression } };
    const answer = await api.raw('POST', '/pipelines', {
      name: `bomb ${name.replace(/[^a-z ]/g, '')}`,
      nodes: [node],
      edges: [],
    });
    const body = (await answer.json()) as { id: string };
    if (answer.ok) bombs.set(name, body.id);
    else refused += 1;
  }
  await probe(api, quick);
  const alone = await probe(api, quick);
  const ended: string[] = [];
  const going = [...bombs].map(async ([name, id]) => {
    const run = await runToEnd(api, id);
    const fine = HARMLESS.has(name) ? run.status !== 'running' : run.status === 'failed';
    if (fine) ended.push(name);
    return `${name}: ${run.status} ${run.error?.message ?? JSON.stringify(run.output)}`;
  });
  const meanwhile = await probe(api, quick);
  process.stderr.write((await Promise.all(going)).map((line) => `  ${line}\n`).join(''));
  const delay = Math.max(...meanwhile) - median(alone);
  const all = ended.length + refused === Object.keys(HOSTILE).length;
  return [
    {
      what: `hostile expressions end as failed nodes or are refused (${kind})`,
      bar: 'all',
      measured: `${String(ended.length + refused)} of ${String(Object.keys(HOSTILE).length)}`,
      met: all,
    },
    {
      what: `delay of other runs meanwhile, worst of ${String(PROBES)} (${kind})`,
      bar: '≤ 100 ms',
      measured: `${format(delay, 0)} ms (alone ${format(median(alone), 0)} ms, worst ${format(Math.max(...meanwhile), 0)} ms)`,
      met: delay <= 100,
    },
  ];
}

async function probe(api: Stage['api'], pipeline: string): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < PROBES; run += 1) {
    const begin = performance.now();
    const ended = await runToEnd(api, pipeline, { start: 0 });
    if (ended.status !== 'completed') throw new Error(`the quick run ${ended.status}`);
    times.push(performance.now() - begin);
  }
  return times;
}
