import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { parse } from 'yaml';

import { Persona } from '../contracts/agent.ts';

/** Reads the personas that the program brings, one YAML file each, by name. @throws ZodError for one that is none */
export async function readPersonas(folder = resolve(import.meta.dirname, '../personas')): Promise<Persona[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    files.map(async (name) => Persona.parse(parse(await readFile(resolve(folder, name), 'utf8')))),
  );
}
