import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { resolveInside, safeSegments } from './path-guard.ts';

describe('safeSegments', () => {
  it.each([
    ['a.md', ['a.md']],
    ['notes/a b.md', ['notes', 'a b.md']],
    ['./a/./b//c.txt', ['a', 'b', 'c.txt']],
    ['.hidden/..dots/a..b', ['.hidden', '..dots', 'a..b']],
    ['Übersicht/日本語.md', ['Übersicht', '日本語.md']],
    ['50% done.txt', ['50% done.txt']],
  ])('takes %s', (path, segments) => {
    expect(safeSegments(path)).toEqual(segments);
  });

  it.each([
    ['empty', ''],
    ['blank', '  '],
    ['only dots and slashes', './/'],
    ['the folder itself', '.'],
    ['absolute', '/etc/passwd'],
    ['absolute behind a dot', './/etc/../..'],
    ['home', '~/x'],
    ['parent', '..'],
    ['traversal', '../x'],
    ['traversal inside', 'a/../../x'],
    ['traversal at the end', 'a/..'],
    ['dots in a row', 'a/.../x'],
    ['encoded traversal', '%2e%2e/x'],
    ['encoded slash', '..%2fx'],
    ['doubly encoded traversal', '%252e%252e%252fx'],
    ['overlong encoding', '%c0%ae%c0%ae/x'],
    ['backslash traversal', '..\\x'],
    ['drive', 'C:\\x'],
    ['drive with a slash', 'c:/x'],
    ['drive-relative', 'c:x'],
    ['network share', '//host/share'],
    ['device path', '\\\\?\\C:\\x'],
    ['alternate stream', 'a.txt:hidden'],
    ['reserved name', 'a/NUL'],
    ['reserved name with an ending', 'com1.txt'],
    ['name ending in a dot', 'a./x'],
    ['name ending in a space', 'a /x'],
    ['NUL', 'a\0.md'],
    ['line break', 'a\nb'],
    ['escape character', 'a\u001b[31m'],
    ['full-width dots', '．．/x'],
    ['full-width slash', '..／x'],
    ['one-character ellipsis of two dots', '‥/x'],
    ['too long', 'a/'.repeat(201)],
    ['name too long', 'ü'.repeat(101)],
  ])('refuses a path that is %s', (_what, path) => {
    expect(() => safeSegments(path)).toThrow(/^The path .* cannot be used: /);
  });
});

describe('resolveInside', () => {
  let base = '';
  let folder = '';

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'gathering-guard-'));
    folder = join(base, 'run');
    await mkdir(join(folder, 'sub'), { recursive: true });
    await mkdir(join(base, 'run-of-others'));
    await writeFile(join(base, 'secret'), 'secret');
    await symlink(join(base, 'secret'), join(folder, 'file-out'));
    await symlink(base, join(folder, 'folder-out'));
    await symlink('../run-of-others', join(folder, 'sibling'));
    await symlink(join(base, 'not-there'), join(folder, 'broken'));
    await symlink('sub', join(folder, 'inside'));
  });
  afterAll(() => rm(base, { recursive: true, force: true }));

  it('gives the place of what exists and of what does not yet', async () => {
    await expect(resolveInside(folder, 'sub')).resolves.toBe(join(folder, 'sub'));
    await expect(resolveInside(folder, 'sub/new/deep.md')).resolves.toBe(join(folder, 'sub/new/deep.md'));
  });

  it('follows a link that stays inside', async () => {
    await expect(resolveInside(folder, 'inside/a.md')).resolves.toBe(join(folder, 'inside/a.md'));
  });

  it.each([
    'file-out',
    'folder-out',
    'folder-out/secret',
    'folder-out/new.md',
    'sibling/x',
    'broken',
    'broken/x',
  ])('refuses %s, a link that leads out', async (path) => {
    await expect(resolveInside(folder, path)).rejects.toMatchObject({ type: 'Forbidden' });
  });
});
