import { bringBuilds } from './bring-up/builds.mjs';
import { bringDependencies } from './bring-up/dependencies.mjs';
import { main } from './bring-up/main.mjs';

await main(async () => {
  await bringDependencies();
  await bringBuilds({ force: true });
});
