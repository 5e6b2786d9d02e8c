import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import { ProviderName } from '../../contracts/model.ts';
import { ConfigError } from '../../platform/config.ts';
import { isMissing } from '../tool/path-guard.ts';
import type { Price } from './prices.ts';

/** Of `GATHERING_HOME`. */
export const OWN_PRICES_FILE = 'prices.yaml';

const usd = z.number().min(0).max(1_000_000);
const OwnPrices = z.array(
  z
    .strictObject({
      provider: ProviderName,
      model: z.string().min(1).max(200),
      inputUsd: usd,
      cachedInputUsd: usd.optional(),
      outputUsd: usd,
    })
    .transform((price): Price => ({ ...price, cachedInputUsd: price.cachedInputUsd ?? price.inputUsd })),
);

/**
 * Prices that a house says itself, in US dollars for a million tokens: of models of its own, of new ones, of a contract. They go before the
 * list. A house without the file has none.
 * @throws ConfigError naming what is wrong in the file
 */
export async function readOwnPrices(home: string): Promise<readonly Price[]> {
  const file = join(home, OWN_PRICES_FILE);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text === undefined) return [];
  const parsed = OwnPrices.safeParse(yamlOf(text, file) ?? []);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ConfigError(`${file} is not a list of prices: ${wrong.join('; ')}`);
}

function yamlOf(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigError(`${file} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}
