import { writeFile } from 'node:fs/promises';

import { z } from 'zod';

import type { ApiClient } from './api-client.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Writes the YAML of what stands at `path` into a file, or prints it where none is named. @throws UsageError when the file cannot be written */
export async function exportDefinition(
  client: ApiClient,
  { path, name, out }: { path: string; name: string; out?: string | undefined },
  terminal: Terminal,
): Promise<void> {
  const yaml = await client.request({
    path: `${path}/export`,
    accept: 'application/yaml',
    schema: z.string(),
  });
  if (out === undefined) {
    terminal.result(yaml.trimEnd());
    return;
  }
  await writeFile(out, yaml).catch((error: unknown) => {
    throw new UsageError(
      `${out} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  terminal.progress(`${name} is in ${out}.`);
}
