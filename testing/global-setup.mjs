import { createBroker, serveBroker } from './broker.ts';

export default async function globalSetup() {
  const broker = createBroker();
  const { address, server } = await serveBroker(broker);
  process.env.GATHERING_TEST_BROKER = address;
  globalThis.gatheringTestServers = { broker, server };
}
