import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { parseInputs, readDocument } from './run-input.ts';

const schema = { type: 'object', properties: { count: { type: 'integer' }, title: { type: 'string' } } };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gathering-input-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('takes a value as text unless the schema says that the field is something else', () => {
  expect(parseInputs(['count=3', 'title=3', 'other=3'], schema)).toEqual({
    count: 3,
    title: '3',
    other: '3',
  });
});

it('takes what is written with := as JSON', () => {
  expect(parseInputs(['tags:=["a","b"]', 'title:=null'], schema)).toEqual({ tags: ['a', 'b'], title: null });
});

it('keeps everything behind the first equals sign', () => {
  expect(parseInputs(['title=a=b:=c\nd'], undefined)).toEqual({ title: 'a=b:=c\nd' });
});

it.each(['title', '=value', ''])('says how to write it instead of %j', (pair) => {
  expect(() => parseInputs([pair], undefined)).toThrow('write it as name=value');
});

it('keeps a field of any name, for the API to judge', () => {
  expect(Object.keys(parseInputs(['__proto__=x', 'constructor=y'], undefined))).toEqual([
    '__proto__',
    'constructor',
  ]);
});

it('names the field whose value is not what the schema wants', () => {
  expect(() => parseInputs(['count=many'], schema)).toThrow('--input count: "many" is not valid JSON');
});

it('reads a document and its name', async () => {
  const file = join(folder, 'Grüße.md');
  await writeFile(file, '# Grüße\n');
  expect(await readDocument(file)).toEqual({ text: '# Grüße\n', name: 'Grüße.md' });
});

it('refuses a binary file, and one that is not UTF-8', async () => {
  const binary = join(folder, 'picture.png');
  await writeFile(binary, Buffer.from([0x89, 0x50, 0, 1]));
  await expect(readDocument(binary)).rejects.toThrow('is binary');
  const latin1 = join(folder, 'latin1.txt');
  await writeFile(latin1, Buffer.from('Grüße', 'latin1'));
  await expect(readDocument(latin1)).rejects.toThrow('is not UTF-8 text');
});

it('says which file cannot be read', async () => {
  await expect(readDocument(join(folder, 'nowhere.md'))).rejects.toThrow(/nowhere\.md.*no such file/);
});
