import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Connection } from '@temporalio/client';

import { searchAttributes } from '../../platform/search-attributes.ts';
import { withTemporal } from '../../testing/shared-servers.ts';
import { StartError } from './start-error.ts';
import { keepFinishedWorkflows, makeNamespace, prepareNamespace } from './temporal-namespace.ts';

const temporal = withTemporal();
let connection: Connection;
beforeAll(async () => {
  connection = await Connection.connect({ address: temporal.current.address });
});
afterAll(() => connection.close());

const someName = (): string => `test-${randomUUID()}`;

const retentionDays = async (namespace: string): Promise<number> => {
  const { config } = await connection.workflowService.describeNamespace({
    namespace,
  });
  return Number(config?.workflowExecutionRetentionTtl?.seconds) / 86_400;
};

it('registers the missing search attributes, once, when two starters race', async () => {
  const namespace = someName();
  await Promise.all([makeNamespace(connection, namespace), makeNamespace(connection, namespace)]);
  await Promise.all([prepareNamespace(connection, namespace), prepareNamespace(connection, namespace)]);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  expect(Object.keys(customAttributes)).toEqual(
    expect.arrayContaining(searchAttributes.map(({ name }) => name)),
  );
  expect(await retentionDays(namespace)).toBe(30);
});

it('says which command makes a namespace that is not there', async () => {
  const namespace = someName();
  const preparing = prepareNamespace(connection, namespace);
  await expect(preparing).rejects.toThrow(StartError);
  await expect(preparing).rejects.toThrow(`temporal operator namespace create -n ${namespace}`);
});

it('keeps finished workflows for 30 days', async () => {
  await keepFinishedWorkflows(connection, 'default');
  expect(await retentionDays('default')).toBe(30);
});
