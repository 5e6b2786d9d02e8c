import { NativeConnection, Worker } from '@temporalio/worker';
import pg from 'pg';

import { createBaselineActivities } from './activities.ts';

const { TEMPORAL_ADDRESS = '', DATABASE_URL = '', BASELINE_BUNDLE = '' } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
const worker = await Worker.create({
  connection,
  taskQueue: 'hand-written',
  workflowBundle: { codePath: BASELINE_BUNDLE },
  activities: createBaselineActivities(pool),
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => worker.shutdown());
process.stdout.write('worker ready\n');
await worker.run();
await connection.close();
await pool.end();
