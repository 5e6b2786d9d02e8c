import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

const Body = z.object({ input: z.array(z.string()) });
const DIMENSIONS = 64;

/** An embedding provider that honours `Idempotency-Key`, as a careful one does, and counts. */
export interface CountingEmbedder {
  /** For `OPENAI_COMPATIBLE_BASE_URL`. */
  readonly url: string;
  /** How often each text was embedded; answers that were given again do not count. */
  readonly embedded: ReadonlyMap<string, number>;
  /** Requests that came again under their key. */
  readonly repeated: number;
  /** What should not be: a key that came with other texts. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** @param msEach how long it takes for a text */
export async function startCountingEmbedder(msEach: number): Promise<CountingEmbedder> {
  const answers = new Map<string, { texts: string; answer: Promise<string> }>();
  const embedded = new Map<string, number>();
  const faults: string[] = [];
  let repeated = 0;

  const embed = async (texts: readonly string[]): Promise<string> => {
    for (const text of texts) embedded.set(text, (embedded.get(text) ?? 0) + 1);
    await sleep(msEach * texts.length);
    return JSON.stringify({ data: texts.map((text, index) => ({ index, embedding: vectorOf(text) })) });
  };
  const answerTo = (key: string | undefined, texts: readonly string[]): Promise<string> => {
    const before = key === undefined ? undefined : answers.get(key);
    if (before === undefined) {
      const answer = embed(texts);
      if (key !== undefined) answers.set(key, { texts: JSON.stringify(texts), answer });
      return answer;
    }
    repeated += 1;
    if (before.texts !== JSON.stringify(texts)) faults.push(`the key ${String(key)} came with other texts`);
    return before.answer;
  };

  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { input } = Body.parse(JSON.parse(Buffer.concat(pieces).toString()));
      const key = request.headers['idempotency-key'];
      void answerTo(typeof key === 'string' ? key : undefined, input).then((answer) => {
        if (!response.destroyed) response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    ...{ url: `http://127.0.0.1:${String(port)}/v1`, embedded, faults },
    get repeated() {
      return repeated;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Any vector does, as long as it is always the same one for a text. */
function vectorOf(text: string): number[] {
  const bytes = createHash('sha512').update(text).digest();
  return Array.from({ length: DIMENSIONS }, (_, at) => (bytes[at] ?? 0) - 127.5);
}
