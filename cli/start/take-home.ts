import type { Config } from '../../platform/config.ts';
import { finishRestore } from '../backup/swap-in.ts';
import { apiAddress } from './addresses.ts';
import type { PartLog } from './console-log.ts';
import type { Home } from './home.ts';
import type { Lock } from './home-lock.ts';
import { takeLock } from './home-lock.ts';
import { awaitFreePort, freePort } from './ports.ts';
import { awaitFormerProcesses } from './process-register.ts';
import { StartError } from './start-error.ts';

const PORT_WAIT_MS = 1_000;

/**
 * Makes this process the only one that works in the home folder, and sees that the API's port is free. What is left of a
 * supervisor that was killed is waited for.
 * @throws StartError naming the one that runs already, or the port and the variable that changes it
 */
export async function takeHome(
  home: Home,
  config: Config,
  log: PartLog,
): Promise<{ lock: Lock; apiPort: number }> {
  const apiPort = config.API_PORT === 0 ? await freePort() : config.API_PORT;
  const taken = await takeLock(home.lock, apiAddress(config, apiPort));
  if ('holder' in taken) {
    throw new StartError(
      `GatheRing runs already in ${home.folder}: ${taken.holder.address} (process ${taken.holder.pid}).\n` +
        `Open that address, or end it first: Ctrl-C in its terminal, or \`kill ${taken.holder.pid}\`. ` +
        `Another home folder (GATHERING_HOME) makes a second installation.`,
    );
  }
  try {
    await awaitFormerProcesses(home.processes, (names) =>
      log.note(
        'info',
        `the last start was killed; waiting for what is left of it to end: ${names.join(', ')}`,
      ),
    );
    await finishRestore(home.folder);
    const isFree = await awaitFreePort(apiPort, config.API_HOST, PORT_WAIT_MS).catch((error: unknown) => {
      const place = `port ${apiPort} of ${config.API_HOST}`;
      throw new StartError(`Nothing can listen at ${place} (API_PORT, API_HOST).`, { cause: error });
    });
    if (!isFree) {
      throw new StartError(
        `Port ${apiPort} of ${config.API_HOST} is taken by another program. ` +
          `Set API_PORT to a free one: \`API_PORT=${apiPort + 1} npm start\`, or in the file .env.`,
      );
    }
  } catch (error) {
    await taken.lock.release();
    throw error;
  }
  return { lock: taken.lock, apiPort };
}
