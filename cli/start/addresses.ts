import type { Config } from '../../platform/config.ts';
import type { Home } from './home.ts';
import { rememberPorts } from './ports.ts';

/** Where each part is found; a part whose `port` is there is embedded, the others run elsewhere. */
export interface Addresses {
  /** What a person opens. */
  api: string;
  database: { url: string; port?: number };
  temporal: { address: string; port?: number; ui?: { port: number; url: string } };
}

/** The API's address as a browser on this machine reaches it. */
export function apiAddress(config: Config, port: number): string {
  const host = ['0.0.0.0', '::', '127.0.0.1'].includes(config.API_HOST) ? '127.0.0.1' : config.API_HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Chooses the ports of the embedded parts; `DATABASE_URL` and `TEMPORAL_ADDRESS` each replace one. */
export async function chooseAddresses(config: Config, home: Home, apiPort: number): Promise<Addresses> {
  const ports = await rememberPorts(home.ports, ['database', 'temporal', 'temporalUi']);
  return {
    api: apiAddress(config, apiPort),
    database:
      config.DATABASE_URL === undefined
        ? { url: `postgres://postgres@127.0.0.1:${ports.database}/postgres`, port: ports.database }
        : { url: config.DATABASE_URL },
    temporal:
      config.TEMPORAL_ADDRESS === undefined
        ? {
            address: `127.0.0.1:${ports.temporal}`,
            port: ports.temporal,
            ui: { port: ports.temporalUi, url: `http://127.0.0.1:${ports.temporalUi}` },
          }
        : { address: config.TEMPORAL_ADDRESS },
  };
}

/** What the worker and the API are told beside the environment that this process has. */
export function childEnvironment(options: {
  config: Config;
  home: Home;
  addresses: Addresses;
  apiPort: number;
  keys: { jwtSecret: string; secretKey: string };
}): NodeJS.ProcessEnv {
  const { config, home, addresses, apiPort, keys } = options;
  return {
    ...process.env,
    GATHERING_HOME: home.folder,
    API_PORT: String(apiPort),
    DATABASE_URL: addresses.database.url,
    DATABASE_EMBEDDED: String(addresses.database.port !== undefined || config.DATABASE_EMBEDDED),
    TEMPORAL_ADDRESS: addresses.temporal.address,
    ...(addresses.temporal.ui === undefined ? {} : { TEMPORAL_UI_URL: addresses.temporal.ui.url }),
    JWT_SECRET: config.JWT_SECRET ?? keys.jwtSecret,
    SECRET_KEY: config.SECRET_KEY ?? keys.secretKey,
  };
}
