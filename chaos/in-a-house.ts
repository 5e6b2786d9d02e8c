import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { prepareHouse } from '../testing/prepare-house.ts';
import { type Product, startProduct } from '../testing/product.ts';
import { type FailpointController, startController } from './failpoints.ts';
import { databaseKind } from './options.ts';

/** So many of the last lines of the product's log are shown where something differs. */
const LINES_SHOWN = 60;

/**
 * Compares something in a product of its own whose processes can be killed at failpoints, and ends this process: with 1 where something
 * differs or breaks.
 * @param compare gives whether something differs
 */
export async function inAHouse(
  env: Readonly<Record<string, string>>,
  compare: (house: Product, controller: FailpointController) => Promise<boolean>,
): Promise<never> {
  const folder = await mkdtemp(join(tmpdir(), 'gathering-chaos-'));
  const controller = await startController(join(folder, 'failpoints.sock'));
  const lines: string[] = [];
  let failed = true;
  let product: Product | undefined;
  try {
    product = await startProduct({
      database: databaseKind(),
      env: { FAILPOINT_SOCKET: controller.socket, RATE_LIMIT_ENABLED: 'false', ...env },
      prepare: prepareHouse,
      onLine: (part, line) => void lines.push(`${part} ${line}`),
    });
    failed = await compare(product, controller);
  } catch (error) {
    console.error(error);
  } finally {
    await product?.stop();
    controller.close();
    await rm(folder, { recursive: true, force: true });
  }
  if (failed) console.log(lines.slice(-LINES_SHOWN).join('\n'));
  process.exit(failed ? 1 : 0);
}
