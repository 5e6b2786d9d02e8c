import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, it } from '@jest/globals';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';

import { BUNDLE_FILE } from '../../worker/bundle-file.ts';

const histories = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.binpb'));

it('has histories and the bundle to replay them with', () => {
  expect(histories.length).toBeGreaterThanOrEqual(8);
  expect(existsSync(BUNDLE_FILE)).toBe(true);
});

it.each(histories)('goes on with a run that an older program started: %s', async (name) => {
  const history = proto.temporal.api.history.v1.History.decode(
    readFileSync(resolve(import.meta.dirname, name)),
  );
  await Worker.runReplayHistory({ workflowBundle: { codePath: BUNDLE_FILE } }, history);
});
