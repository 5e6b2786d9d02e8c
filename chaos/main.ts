/**
 * `npm run chaos [-- --on postgres|pglite] …`: runs of one seeded pipeline; see `digest-runs.ts`.
 * `npm run chaos -- pipelines [--on postgres|pglite] …`: runs of all kinds of nodes; see `pipelines/main.ts`.
 * The same runs twice, once in peace and once while their processes are killed with `kill -9`; then compares what both left behind.
 * Exits with 1 at any difference.
 */
await (process.argv[2] === 'pipelines' ? import('./pipelines/main.ts') : import('./digest-runs.ts'));
