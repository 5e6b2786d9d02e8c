/**
 * `npm run chaos [-- --on postgres|pglite] …`: runs of one seeded pipeline; see `digest-runs.ts`.
 * `npm run chaos -- pipelines [--on postgres|pglite] …`: runs of all kinds of nodes; see `pipelines/main.ts`.
 * `npm run chaos -- conversations [--on postgres|pglite] …`: conversations of all modes; see `conversations/main.ts`.
 * `npm run chaos -- documents [--on postgres|pglite] …`: one document of a thousand pages; see `documents/main.ts`.
 * The others: the same runs twice, once in peace and once while their processes are killed with `kill -9`; then compares what both left behind.
 * Exits with 1 at any difference.
 */
switch (process.argv[2]) {
  case 'pipelines':
    await import('./pipelines/main.ts');
    break;
  case 'conversations':
    await import('./conversations/main.ts');
    break;
  case 'documents':
    await import('./documents/main.ts');
    break;
  default:
    await import('./digest-runs.ts');
}
