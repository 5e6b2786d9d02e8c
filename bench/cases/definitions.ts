import type { Finding } from '../report.ts';
import type { Stage } from '../stage.ts';
import { format } from '../statistics.ts';

const BAR_MS = 1_000;
const node = (index: number): object => ({
  id: `n${String(index)}`,
  type: 'transform',
  config: { expression: '1' },
});
const nodes = (count: number): object[] => Array.from({ length: count }, (_, index) => node(index));
const deep = (levels: number): string =>
  `{"name":"p","nodes":[{"id":"a","type":"transform","config":${'['.repeat(levels)}${']'.repeat(levels)}}]}`;

/** As JSON and as YAML; each is to be refused. */
const HOSTILE: Readonly<Record<string, readonly [json: string | Uint8Array<ArrayBuffer>, yaml: string]>> = {
  '10 MB': [JSON.stringify({ name: 'p', nodes: nodes(150_000) }), `name: ${'x'.repeat(10_000_000)}\n`],
  '5,000 nodes': [
    JSON.stringify({ name: 'p', nodes: nodes(5_000) }),
    `name: p\nnodes:\n${nodes(5_000)
      .map((one) => `  - ${JSON.stringify(one)}\n`)
      .join('')}`,
  ],
  '200 levels': [deep(200), deep(200)],
  'a key twice': ['{"name":"p","name":"q","nodes":[]}', 'name: p\nname: q\nnodes: []\n'],
  'no UTF-8': [Uint8Array.of(0x22, 0xff, 0xc3, 0x28, 0x22), 'name: \u0000\n'],
  __PROTO__: ['{"name":"p","nodes":[],"__proto__":{"a":1}}', 'name: p\nnodes: []\n__proto__: { a: 1 }\n'],
};

/** How long it takes to refuse each definition that nobody should send. */
export async function definitions({ api, kind }: Stage): Promise<Finding[]> {
  const worst = { what: '', ms: 0 };
  let accepted = 0;
  const send = async (
    what: string,
    path: string,
    type: string,
    body: string | Uint8Array<ArrayBuffer>,
  ): Promise<void> => {
    const begin = performance.now();
    const headers = { authorization: `Bearer ${api.token}`, 'content-type': type };
    const response = await fetch(`${api.url}/api${path}`, { method: 'POST', headers, body });
    await response.text();
    const ms = performance.now() - begin;
    if (response.status < 400 || response.status >= 500) accepted += 1;
    if (ms > worst.ms) Object.assign(worst, { what: `${what}, ${type}`, ms });
  };
  for (const [what, [json, yaml]] of Object.entries(HOSTILE)) {
    await send(what, '/pipelines', 'application/json', json);
    await send(what, '/pipelines/import', 'application/yaml', yaml);
  }
  return [
    {
      what: `hostile definitions: the slowest refusal with a 4xx (${kind})`,
      bar: `≤ ${String(BAR_MS)} ms, none accepted`,
      measured: `${format(worst.ms, 0)} ms (${worst.what}), ${String(accepted)} accepted`,
      met: worst.ms <= BAR_MS && accepted === 0,
    },
  ];
}
