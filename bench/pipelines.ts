import type { ApiClient } from '../testing/api-client.ts';

type Node = Record<string, unknown>;

const chainEdges = (length: number): { from: string; to: string }[] =>
  Array.from({ length: length - 1 }, (_, index) => ({
    from: `n${String(index)}`,
    to: `n${String(index + 1)}`,
  }));

/** n0 → n1 → …, each adds one. */
export const pureChain = (length: number): object => ({
  name: `pure chain of ${String(length)}`,
  nodes: Array.from({ length }, (_, index): Node => ({
    id: `n${String(index)}`,
    type: 'transform',
    config: { expression: index === 0 ? 'input.start + 1' : `nodes.n${String(index - 1)} + 1` },
  })),
  edges: chainEdges(length),
});

const callNode = (id: string, url: string, step: number): Node => ({
  id,
  type: 'action',
  config: { action: 'call_api', method: 'POST', url, body: { step } },
});

/** n0 → n1 → …, each calls `url`. */
export const callChain = (length: number, url: string): object => ({
  name: `call chain of ${String(length)}`,
  nodes: Array.from({ length }, (_, index) => callNode(`n${String(index)}`, url, index)),
  edges: chainEdges(length),
});

/** Nodes that call `url`, with no edges between them. */
export const callsAtOnce = (width: number, url: string): object => ({
  name: `calls of ${String(width)} nodes at once`,
  nodes: Array.from({ length: width }, (_, index) => callNode(`n${String(index)}`, url, index)),
  edges: [],
});

/** A map whose every item calls `url`. */
export const callsOfMap = (items: number, concurrency: number, url: string): object => ({
  name: `map over ${String(items)} items`,
  nodes: [
    {
      id: 'each',
      type: 'map',
      config: {
        ...{ items: `[0..${String(items - 1)}]`, concurrency },
        pipeline: {
          nodes: [
            {
              ...{ id: 'call', type: 'action' },
              config: { action: 'call_api', method: 'POST', url, body: { step: '{{ item }}' } },
            },
          ],
          edges: [],
        },
      },
    },
  ],
  edges: [],
});

export const oneTransform = {
  name: 'one transform',
  nodes: [{ id: 'n0', type: 'transform', config: { expression: '1' } }],
  edges: [],
};

/** Stores a pipeline and returns its id. */
export async function storePipeline(api: ApiClient, definition: object): Promise<string> {
  return (await api.json<{ id: string }>('POST', '/pipelines', definition)).id;
}

export interface EndedRun {
  id: string;
  status: string;
  output: unknown;
  error?: { type: string; message: string; nodeId?: string };
  workflowId: string;
  startedAt: string;
  endedAt: string;
}

/** Starts a run and waits for its end. */
export async function runToEnd(api: ApiClient, pipelineId: string, input: object = {}): Promise<EndedRun> {
  const { id } = await api.json<{ id: string }>('POST', `/pipelines/${pipelineId}/runs`, { input });
  for (;;) {
    const run = await api.json<EndedRun>('GET', `/runs/${id}?wait=30s`);
    if (!['queued', 'running', 'paused'].includes(run.status)) return run;
  }
}

/** As `runToEnd`; anything but `completed` is an error. */
export async function runToSuccess(
  api: ApiClient,
  pipelineId: string,
  input: object = {},
): Promise<EndedRun> {
  const run = await runToEnd(api, pipelineId, input);
  if (run.status !== 'completed')
    throw new Error(`run ${run.id} ${run.status}: ${JSON.stringify(run.error)}`);
  return run;
}
