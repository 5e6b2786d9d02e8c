/**
 * `npm run chaos -- documents [--on postgres|pglite] [--pages 1000] [--kills 20]`: one large document is read and embedded while worker, API,
 * database and engine are killed with `kill -9`. Then each of its chunks has been embedded once, as its embedder has counted by keys; it went on
 * within ten seconds after each kill; and its progress has never gone back. Exits with 1 where anything of that is not so.
 */
import { inAHouse } from '../in-a-house.ts';
import { numberOption } from '../options.ts';
import { startCountingEmbedder } from './counting-embedder.ts';
import { playDocument } from './play.ts';
import { report } from './report.ts';
import { manyPages } from './thousand-pages.ts';

const pages = numberOption('pages', 1_000);
const kills = numberOption('kills', 20);
/** As the house's own model on a slow machine: no kill may outlast the rest of the document. */
const MS_A_TEXT = 60;

const embedder = await startCountingEmbedder(MS_A_TEXT);
await inAHouse({ OPENAI_COMPATIBLE_BASE_URL: embedder.url }, async (house, controller) => {
  const played = await playDocument(house, { traps: controller, bytes: manyPages(pages), kills });
  return report(played, embedder, { pages, kills });
});
