import type pg from 'pg';

export interface BaselineActivities {
  callAndRecord(run: string, step: number, url: string): Promise<number>;
}

/** One HTTP call and one row, as the product's `call_api` node makes and keeps them. */
export const createBaselineActivities = (pool: pg.Pool): BaselineActivities => ({
  callAndRecord: async (run, step, url) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `${run}/${String(step)}` },
      body: JSON.stringify({ step }),
    });
    const body = (await response.json()) as object; // The benchmark's own server answers with an object.
    await pool.query('insert into bench.rows (run, step, status, body) values ($1, $2, $3, $4)', [
      run,
      step,
      response.status,
      JSON.stringify(body),
    ]);
    return response.status;
  },
});
