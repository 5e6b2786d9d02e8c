import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

import { BUNDLE_FILE } from './bundle-file.ts';
import { hashOfSources, stampOf } from './bundle-sources.ts';

/** Bundles every workflow for the sandbox, so that a worker need not when it starts. The file appears whole or not at all. */
export async function buildBundle(file = BUNDLE_FILE): Promise<void> {
  // Before they are read: what changes meanwhile makes the bundle stale.
  const sources = await hashOfSources();
  const { code } = await bundleWorkflowCode({
    workflowsPath: resolve(import.meta.dirname, '../workflows/index.ts'),
    workflowInterceptorModules: [resolve(import.meta.dirname, '../workflows/run-page.ts')],
    logger: new DefaultLogger('WARN'),
  });
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, code);
  await rm(stampOf(file), { force: true });
  await rename(part, file);
  await writeFile(stampOf(file), `${sources}\n`);
}

if (import.meta.main) await buildBundle();
