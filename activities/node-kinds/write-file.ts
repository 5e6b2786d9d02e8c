import { GatheringFailure } from '../../contracts/failure.ts';
import type { Json } from '../../contracts/json.ts';
import { writeRunFile } from '../tool/index.ts';
import type { ActionTools } from './action.ts';

/** Writes a text file into the run's folder; its output is `{ path, bytes }`. What is no text is written as JSON. */
export async function writeFile({ given, key, runFolder }: ActionTools): Promise<Json> {
  const { path, content = null } = given;
  if (typeof path !== 'string') throw new GatheringFailure('InvalidInput', 'The path is not a text');
  const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
  return writeRunFile(runFolder, { path, content: text, key });
}
