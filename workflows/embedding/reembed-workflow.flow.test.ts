import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { v7 as uuid } from 'uuid';

import type { EmbeddingActivities } from '../../activities/embedding/index.ts';
import { createMemoryWake } from '../../platform/memory-workflows.ts';
import { type RunningWorker, stopped } from '../../testing/running-worker.ts';
import { withTemporal } from '../../testing/shared-servers.ts';

type Tend = EmbeddingActivities['tendSpace'];
const temporal = withTemporal();
const workflowsPath = fileURLToPath(new URL('./reembed-workflow.ts', import.meta.url));

// Hooks of the outer level run last: the connection is there until the worker has stopped.
describe('the workflow of a space', () => {
  let running: RunningWorker;
  /** What happens with each space, by its id. */
  const tends = new Map<number, Tend>();
  let lastId = 0;

  beforeAll(async () => {
    const { nativeConnection: connection, namespace, taskQueue } = temporal.current;
    const tendSpace: Tend = (input) =>
      tends.get(input.spaceId)?.(input) ?? Promise.reject(new Error('no space'));
    const worker = await Worker.create({
      ...{ connection, namespace, taskQueue, workflowsPath },
      activities: { tendSpace },
    });
    running = { worker, running: worker.run() };
  }, 180_000);
  afterAll(() => stopped(running));

  const spaceWith = (tend: Tend): number => {
    // Of this run of the tests alone, since the server is everybody's.
    lastId = lastId === 0 ? Number.parseInt(uuid().slice(-6), 16) * 100 : lastId + 1;
    tends.set(lastId, tend);
    return lastId;
  };
  const wake = (id: number, revision: number): Promise<void> =>
    createMemoryWake(
      temporal.current.client,
      temporal.current.taskQueue,
    )({
      ...{ kind: 'space', subject: String(id), revision },
    });
  const resultOf = (id: number): Promise<unknown> =>
    temporal.current.client.workflow.getHandle(`embeddings:${id}`).result();

  it('goes on for as long as there is more, and ends with what the space is then', async () => {
    let calls = 0;
    const id = spaceWith(() => {
      calls += 1;
      return Promise.resolve({ revision: 3, status: 'active', more: calls < 3 });
    });
    await wake(id, 3);
    expect(await resultOf(id)).toEqual({ status: 'active' });
    expect(calls).toBe(3);
  });

  it('looks again where it is told of something newer while it works, and not for what it has read already', async () => {
    const revisions: number[] = [];
    const id = spaceWith(async () => {
      const revision = revisions.length === 0 ? 1 : 5;
      revisions.push(revision);
      if (revision === 1) for (const newer of [5, 4, 5]) await wake(id, newer);
      return { revision, status: 'building', more: false };
    });
    await wake(id, 1);
    await resultOf(id);
    expect(revisions).toEqual([1, 5]);
  });

  it('starts again when it is woken after it has ended', async () => {
    let calls = 0;
    const id = spaceWith(() => Promise.resolve({ revision: (calls += 1), status: 'active', more: false }));
    await wake(id, 1);
    await resultOf(id);
    await wake(id, 2);
    await resultOf(id);
    expect(calls).toBe(2);
  });
});
