import { describe, expect, it } from '@jest/globals';

type Lock = Record<string, { version?: string; integrity?: string; optional?: boolean }> | null;
// The scripts are plain JavaScript: they run before anything is installed.
const { isInstalled } = (await import(`${import.meta.dirname}/dependencies.mjs`)) as {
  isInstalled: (lock: Lock, installed: Lock) => boolean;
};

const zod = { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' } };
const lock = {
  '': { version: '0.1.0' },
  ...zod,
  'node_modules/fsevents': { version: '2.0.0', optional: true },
};

describe('what is installed is what the lockfile says', () => {
  it('when only optional packages are missing, which are for other platforms', () => {
    expect(isInstalled(lock, zod)).toBe(true);
  });

  it('not when nothing was installed, or the install was interrupted', () => {
    expect(isInstalled(lock, null)).toBe(false);
  });

  it('not when a package is missing, is another version, or has other content', () => {
    expect(isInstalled(lock, {})).toBe(false);
    expect(isInstalled(lock, { 'node_modules/zod': { version: '4.0.1', integrity: 'sha512-a' } })).toBe(
      false,
    );
    expect(isInstalled(lock, { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-b' } })).toBe(
      false,
    );
  });

  it('not when there is a package that the lockfile no longer has', () => {
    expect(isInstalled(lock, { ...zod, 'node_modules/gone': { version: '1.0.0' } })).toBe(false);
  });
});
