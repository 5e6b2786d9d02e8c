import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';

import type { Response } from 'express';
import { z } from 'zod';

import { pageOf, PageQuery } from '../../contracts/page.ts';
import { RunFile } from '../../contracts/run.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { pageOfAll } from '../presenters/page-of-all.ts';
import { notFound } from '../problem.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const OneRun = z.object({ id: z.string() });

/** The files that a run wrote, in its own folder of the home. */
export function runFileRoutes({ store, config }: Pick<ApiDependencies, 'store' | 'config'>): Route[] {
  const folderOf = async (runId: string): Promise<string> => {
    await store.runs.getRunStatus(runId); // An id of a run is no path: nothing else gets as far as the file system.
    return resolve(config.home, 'runs', runId);
  };
  return [
    route(
      {
        method: 'get',
        path: '/runs/:id/files',
        summary: 'List the files that a run wrote',
        permission: 'runs:read',
        params: OneRun,
        query: PageQuery,
        response: pageOf(RunFile),
      },
      async ({ params, query }) => ({ body: pageOfAll(await listFiles(await folderOf(params.id)), query) }),
    ),
    route(
      {
        method: 'get',
        path: '/runs/:id/files/*path',
        summary: 'Get a file that a run wrote',
        permission: 'runs:read',
        params: OneRun.extend({ path: z.array(z.string()) }),
        produces: 'text/plain',
      },
      async ({ params: { id, path } }) => {
        const folder = await folderOf(id);
        return { write: (response) => sendFile(response, folder, path.join('/')) };
      },
    ),
  ];
}

async function listFiles(folder: string): Promise<RunFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile());
  const found = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return { path: relative(folder, path).replaceAll(sep, '/'), bytes: (await stat(path)).size };
    }),
  );
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What an agent wrote is text to read, never a page that a browser would run. */
function sendFile(response: Response, root: string, path: string): Promise<void> {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  return new Promise((done, fail) => {
    response.sendFile(path, { root, dotfiles: 'deny', cacheControl: false, etag: false }, (error?: Error) => {
      if (error === undefined || response.headersSent) done();
      else fail(isRefusal(error) ? notFound('The run has no such file.') : error);
    });
  });
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
/** Absent, outside of the folder, or hidden: all the same to the asker. */
const isRefusal = (error: Error): boolean =>
  'status' in error && typeof error.status === 'number' && error.status < 500;
