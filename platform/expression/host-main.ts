/** A host of the isolate: evaluates batches until its parent goes away. It holds nothing that could be lost, so it may be killed at any time. */
import { createEvaluator } from './evaluator.ts';
import type { Answer, Batch, HostMessage, HostSettings } from './wire.ts';
import { createUnpacker } from './wire.ts';

const send = (message: HostMessage): void => {
  process.send?.(message);
};

/** CPU time of this thread: a busy machine does not make an expression fail. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

// Set by the parent, see `host.ts`.
const settings = JSON.parse(process.argv[2] ?? '') as HostSettings;
const evaluator = await createEvaluator(settings, cpuMs);

const answerBatch = async (batch: Batch): Promise<Answer[]> => {
  const unpack = createUnpacker(batch);
  const end = performance.now() + batch.budgetMs;
  const answers: Answer[] = [];
  for (const task of batch.tasks) {
    if (answers.length > 0 && performance.now() > end) answers.push('untouched');
    else {
      const result = await evaluator.evaluate(unpack(task), batch.sliceMs);
      answers.push(
        result.ok ? { json: result.json } : result.outOfTime ? 'again' : { failure: result.failure },
      );
    }
  }
  return answers;
};

const warmUp = async (): Promise<void> => {
  const bindings = { input: { list: [1, 2, 3], text: 'warm' } };
  for (let round = 0; round < 200; round++)
    for (const expression of [
      'input.list[$ > 1]',
      '$replace(input.text, /a/, "o") & $string(input)',
      '$map(input.list, function($n) { $n * 2 })',
    ])
      await evaluator.evaluate(
        { key: 'warm', now: '1970-01-01T00:00:00.000Z', bindings, what: { kind: 'value', expression } },
        50,
      );
};

// No prototype takes a new property; freezing them would break JSONata, which sets `push` and `apply` on objects of its own.
for (const builtIn of [Object, Array, Function, String, Number, Boolean, RegExp, Promise, Map, Set, Error])
  void Object.preventExtensions(builtIn.prototype);
// Ctrl-C reaches every process of a terminal; this one ends with its parent, which may still need it to finish.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (batch: Batch) => {
  // A failure of the host itself is an unhandled rejection, which ends it; its parent gives the batch to another.
  void answerBatch(batch).then((answers) => {
    send({ id: batch.id, answers });
  });
});
await warmUp();
send({ ready: true });
