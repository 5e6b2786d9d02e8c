import { afterAll, beforeAll } from '@jest/globals';

import {
  type OpenedHouse,
  openPipelineHouse,
  type PipelineHouse,
  type TemporalAccess,
} from './open-pipeline-house.ts';
import { openDatabase, type TestDatabase } from './shared-servers.ts';

export { anAgent, type PipelineHouse, type ScriptedModel } from './open-pipeline-house.ts';

const START_TIMEOUT_MS = 180_000;

/** Gives a test file a house of its own on the run's shared servers; to be used inside hooks and tests. */
export function withPipelines(temporal: { readonly current: TemporalAccess }): PipelineHouse {
  let database: TestDatabase | undefined;
  let house: OpenedHouse | undefined;
  beforeAll(async () => {
    database = await openDatabase();
    house = await openPipelineHouse(temporal.current, database);
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await house?.close();
    await database?.close();
  });
  const opened = (): OpenedHouse => {
    if (house === undefined) throw new Error('the house is there inside of hooks and tests only');
    return house;
  };
  return new Proxy({} as PipelineHouse, {
    get: (_, name): unknown => Reflect.get(opened(), name),
    set: (_, name, value) => Reflect.set(opened(), name, value),
  });
}
