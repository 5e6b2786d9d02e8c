import type { Config } from '../../platform/config.ts';
import type { ModelChoice } from '../../seeds/seed-definitions.ts';
import { chooseDefaultModel, loadSeeds } from '../../seeds/seed-definitions.ts';
import type { Pool } from '../../store/pool.ts';
import type { Administrator } from './first-administrator.ts';
import { ensureAdministrator } from './first-administrator.ts';
import { storeDefinitions } from './seed-definitions.ts';

/** The built-in provider, whose answers are extracted from the prompt: free, and it works offline. */
export const DEMO_MODEL: ModelChoice = { provider: 'demo', model: 'demo' };

export interface SeedOptions {
  pool: Pool;
  config: Config;
  /** What the seeded agents use; default: the first provider that the configuration has a key for, else `demo`. */
  model?: ModelChoice;
}

/** Stores the agents, circles and pipelines that ship, and brings those that nobody has edited up to date. Safe to repeat. */
export async function furnish({ pool, config, model }: SeedOptions): Promise<void> {
  const seeds = await loadSeeds();
  const agents = seeds.agents(model ?? chooseDefaultModel(config));
  await storeDefinitions(pool, { agents, circles: seeds.circles, pipelines: seeds.pipelines });
}

/** Fills a fresh database with what a newcomer needs: an administrator and what `furnish` stores. Safe to repeat. */
export async function seed(options: SeedOptions): Promise<Administrator | null> {
  await furnish(options);
  return ensureAdministrator(options.pool, options.config);
}
