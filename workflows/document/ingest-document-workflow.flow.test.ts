import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { v7 as uuid } from 'uuid';

import type { DocumentActivities } from '../../activities/document/index.ts';
import type { DocumentState } from '../../contracts/document-state.ts';
import { workflowIdOf } from '../../contracts/place.ts';
import { createMemoryWake } from '../../platform/memory-workflows.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { buildBundle } from '../../worker/build-bundle.ts';

const temporal = withTemporal();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-documents-'));
  await buildBundle(join(folder, 'bundle.js'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A document on paper: what its activities do is what a test says. */
function paperDocument() {
  const id = uuid();
  const done: string[] = [];
  const paper = {
    id,
    done,
    state: { revision: 1, version: 1, status: 'queued' } as DocumentState,
    embed: (): Promise<void> => {
      paper.state = { ...paper.state, status: 'completed' };
      return Promise.resolve();
    },
  };
  const step = (name: string, work: () => Promise<void>) => async (): Promise<DocumentState> => {
    done.push(name);
    await work();
    return paper.state;
  };
  const activities: DocumentActivities = {
    readDocument: step('read', () => Promise.resolve()),
    parseDocument: step('parse', () => {
      paper.state = { ...paper.state, status: 'embedding' };
      return Promise.resolve();
    }),
    embedDocument: step('embed', () => paper.embed()),
  };
  return { paper, activities };
}

async function play(
  { paper, activities }: ReturnType<typeof paperDocument>,
  during: (tell: () => Promise<void>) => Promise<void> = () => Promise.resolve(),
): Promise<unknown> {
  const { client, nativeConnection, namespace } = temporal.current;
  const taskQueue = `documents-${paper.id}`;
  const worker = await Worker.create({
    ...{ connection: nativeConnection, namespace, taskQueue, activities: { ...activities } },
    workflowBundle: { codePath: join(folder, 'bundle.js') },
    maxHeartbeatThrottleInterval: '100 milliseconds',
    defaultHeartbeatThrottleInterval: '100 milliseconds',
  });
  const wake = createMemoryWake(client, taskQueue);
  const tell = (): Promise<void> =>
    wake({ kind: 'document', subject: paper.id, revision: paper.state.revision });
  return worker.runUntil(async (): Promise<unknown> => {
    await tell();
    await during(tell);
    const status: unknown = await client.workflow.getHandle(workflowIdOf.document(paper.id)).result();
    return status;
  });
}

const beating = async (): Promise<never> => {
  const timer = setInterval(() => Context.current().heartbeat(), 50);
  return Context.current().cancelled.finally(() => clearInterval(timer));
};

it('reads, parses and embeds a document, and ends', async () => {
  const document = paperDocument();
  expect(await play(document)).toEqual({ status: 'completed' });
  expect(document.paper.done).toEqual(['read', 'parse', 'embed']);
});

it('embeds for as long as there is more', async () => {
  const document = paperDocument();
  let left = 3;
  document.paper.embed = () => {
    left -= 1;
    if (left === 0) document.paper.state = { ...document.paper.state, status: 'completed' };
    return Promise.resolve();
  };
  expect(await play(document)).toEqual({ status: 'completed' });
  expect(document.paper.done).toEqual(['read', 'parse', 'embed', 'embed', 'embed']);
});

it('gives up what is under way when it is told of something new, and ends where the document rests', async () => {
  const document = paperDocument();
  const begun = Promise.withResolvers<undefined>();
  document.paper.embed = () => {
    begun.resolve(undefined);
    return beating();
  };
  const status = await play(document, async (tell) => {
    await begun.promise;
    document.paper.state = { revision: 2, version: 1, status: 'paused' };
    await tell();
  });
  expect(status).toEqual({ status: 'paused' });
  expect(document.paper.done).toEqual(['read', 'parse', 'embed', 'read']);
});

it('goes on when it is woken after it has ended, and takes no notice of what it has heard already', async () => {
  const document = paperDocument();
  document.paper.state = { revision: 2, version: 1, status: 'paused' };
  expect(await play(document)).toEqual({ status: 'paused' });
  document.paper.state = { revision: 3, version: 1, status: 'embedding' };
  expect(await play(document, (tell) => tell())).toEqual({ status: 'completed' });
  expect(document.paper.done).toEqual(['read', 'read', 'embed']);
});

it('ends where the document is gone', async () => {
  const document = paperDocument();
  document.paper.state = { revision: Number.MAX_SAFE_INTEGER, version: 0, status: 'deleted' };
  expect(await play(document)).toEqual({ status: 'deleted' });
});
