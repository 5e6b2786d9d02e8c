import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { listRunFiles, MAX_FILE_BYTES, readRunFile, writeRunFile } from './run-files.ts';

let base = '';
let folder = '';
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'gathering-files-'));
  folder = join(base, 'runs', 'r1');
});
afterEach(() => rm(base, { recursive: true, force: true }));

const write = (path: string, content: string, key = 'r1/save/0'): Promise<{ path: string; bytes: number }> =>
  writeRunFile(folder, { path, content, key });

describe('files of a run', () => {
  it('are written into folders that need not exist, and read back', async () => {
    await expect(write('./reports/a.md', 'héllo')).resolves.toEqual({ path: 'reports/a.md', bytes: 6 });
    await expect(readRunFile(folder, 'reports/a.md')).resolves.toBe('héllo');
    await expect(listRunFiles(folder)).resolves.toEqual(['reports/a.md']);
  });

  it('are the same file when the same effect is repeated, also at once', async () => {
    await Promise.allSettled(Array.from({ length: 8 }, () => write('a.md', 'x'.repeat(200_000))));
    await write('a.md', 'x'.repeat(200_000));
    await expect(readRunFile(folder, 'a.md')).resolves.toBe('x'.repeat(200_000));
    await expect(listRunFiles(folder)).resolves.toEqual(['a.md']);
  });

  it('do not keep what an interrupted attempt left, and do not show it', async () => {
    await write('a.md', 'old');
    await mkdir(folder, { recursive: true });
    const { createHash } = await import('node:crypto');
    const left = `.a.md.${createHash('sha256').update('r1/save/0').digest('hex').slice(0, 16)}-1.part`;
    await writeFile(join(folder, left), 'half');
    await expect(listRunFiles(folder)).resolves.toEqual(['a.md']);
    await write('a.md', 'new');
    await expect(readFile(join(folder, left))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(readRunFile(folder, 'a.md')).resolves.toBe('new');
  });

  it('replace a link instead of writing through it', async () => {
    await write('sub/b.md', 'target');
    await symlink('sub/b.md', join(folder, 'link.md'));
    await write('link.md', 'new');
    await expect(readRunFile(folder, 'sub/b.md')).resolves.toBe('target');
  });

  it('that are missing are named together with those that are there', async () => {
    await expect(readRunFile(folder, 'x.md')).rejects.toMatchObject({
      message: expect.stringContaining('it is empty'),
    });
    await write('a.md', '');
    await expect(readRunFile(folder, 'x.md')).rejects.toMatchObject({
      type: 'NotFound',
      message: 'There is no file "x.md" in the folder of the run; it holds a.md',
    });
  });

  it('are text, regular and of a bounded size', async () => {
    await mkdir(join(folder, 'sub'), { recursive: true });
    await writeFile(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00]));
    await writeFile(join(folder, 'nul'), 'a\0b');
    await writeFile(join(folder, 'large'), Buffer.alloc(MAX_FILE_BYTES + 1, 'a'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
    for (const name of ['binary', 'nul', 'large', 'pipe', 'sub']) {
      await expect(readRunFile(folder, name)).rejects.toMatchObject({ type: 'InvalidInput' });
    }
    await expect(write('a.md', 'x'.repeat(MAX_FILE_BYTES + 1))).rejects.toMatchObject({
      type: 'InvalidInput',
    });
  });

  it('cannot take the place of a folder, nor lie below a file', async () => {
    await write('a/b.md', 'x');
    await expect(write('a', 'x')).rejects.toMatchObject({ type: 'InvalidInput' });
    await expect(write('a/b.md/c', 'x')).rejects.toMatchObject({ type: 'InvalidInput' });
    await expect(listRunFiles(folder)).resolves.toEqual(['a/b.md']);
  });

  it('are none where there is no folder', async () => {
    await expect(listRunFiles(join(base, 'nowhere'))).resolves.toEqual([]);
  });
});
