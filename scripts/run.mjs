import { bringBuilds } from './bring-up/builds.mjs';
import { bringDependencies } from './bring-up/dependencies.mjs';
import { handOver } from './bring-up/hand-over.mjs';
import { main } from './bring-up/main.mjs';

// `run.mjs [--built] <program> …`: one program on the pinned Node.js, with the dependencies and, where asked, the builds.
await main(async () => {
  const args = process.argv.slice(2);
  const built = args[0] === '--built';
  if (built) args.shift();
  await bringDependencies();
  if (built) await bringBuilds();
  await handOver(args);
});
