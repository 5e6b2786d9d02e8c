export default async function globalTeardown() {
  const { broker, server } = globalThis.gatheringTestServers;
  await broker.close();
  server.closeAllConnections();
  server.close();
}
