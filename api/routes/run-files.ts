import { readdir, realpath, stat } from 'node:fs/promises';
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
        const file = await fileInside(folder, path);
        return { write: (response) => sendFile(response, file) };
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

/** @throws GatheringFailure NotFound also for what a link leads to elsewhere */
async function fileInside(folder: string, path: readonly string[]): Promise<string> {
  const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, ...path))]).catch(
    (error: unknown) => {
      if (isAbsent(error)) throw noSuchFile();
      throw error;
    },
  );
  if (!file.startsWith(root + sep) || !(await stat(file)).isFile()) throw noSuchFile();
  return file;
}

/** What an agent wrote is text to read, never a page that a browser would run. */
function sendFile(response: Response, file: string): Promise<void> {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  return new Promise((done, fail) => {
    response.sendFile(file, { dotfiles: 'allow', cacheControl: false, etag: false }, (error?: Error) => {
      if (error === undefined || response.headersSent) done();
      else fail(error);
    });
  });
}

const noSuchFile = () => notFound('The run has no such file.');
const isAbsent = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(String(error.code));
