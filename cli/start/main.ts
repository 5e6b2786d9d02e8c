import { resolve } from 'node:path';

import { loadConfig } from '../../platform/config.ts';
import { childEnvironment, chooseAddresses } from './addresses.ts';
import { createConsoleLog } from './console-log.ts';
import { keysOf, openHome } from './home.ts';
import { createHouse } from './open-house.ts';
import { createProcessRegister } from './process-register.ts';
import { createProduct } from './product.ts';
import { onAskedToEnd } from './signals.ts';
import { explain, StartError } from './start-error.ts';
import { takeHome } from './take-home.ts';
import { welcome } from './welcome.ts';

/** `npm start`: database, Temporal, worker and API with the dashboard, in one terminal. */
const ROOT = resolve(import.meta.dirname, '../..');
const write = (text: string): void => void process.stdout.write(text);

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = 1;
}
// What a library may still hold open must not keep a process that has said goodbye.
setTimeout(() => process.exit(), 1_000).unref();

async function main(): Promise<number> {
  const began = performance.now();
  const config = loadConfig(process.env, ROOT);
  const log = createConsoleLog({ json: config.LOG_FORMAT === 'json', write });
  const own = log('start');
  const home = await openHome(config.home);
  const { lock, apiPort } = await takeHome(home, config, own);
  const end = Promise.withResolvers<undefined>();
  const [addresses, keys] = await Promise.all([chooseAddresses(config, home, apiPort), keysOf(home)]);
  const house = createHouse({ config, addresses, home: home.folder, log: own });
  const product = createProduct({
    config,
    home,
    addresses,
    env: childEnvironment({ config, home, addresses, apiPort, keys }),
    register: createProcessRegister(home.processes),
    log,
    furnish: () => house.furnish(),
    onGivenUp: (part, error) =>
      end.reject(new StartError(`The ${part} does not come back.`, { cause: error })),
  });
  const serve = async (): Promise<void> => {
    await product.start();
    const { administrator, signInToken } = await house.open();
    const seconds = (performance.now() - began) / 1000;
    if (config.LOG_FORMAT === 'json') own.note('info', `ready at ${addresses.api}`);
    else write(welcome({ addresses, home, administrator, signInToken, seconds }));
  };
  let asked = 0;
  onAskedToEnd(() => {
    asked += 1;
    if (asked === 1) own.note('info', 'stopping: what is in hand is finished first; Ctrl-C again hurries');
    if (asked === 1) end.resolve(undefined);
    else void product.hurry();
  });
  try {
    const serving = serve();
    await Promise.race([end.promise, serving.then(() => end.promise)]);
    serving.catch(() => undefined); // Its parts are being stopped under it.
    return 0;
  } finally {
    await product.stop();
    await house.close();
    await lock.release();
    own.note('info', 'stopped');
  }
}
