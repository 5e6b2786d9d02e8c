import express from 'express';
import pg from 'pg';

/** What a programmer would write by hand: the query that the API's list makes, answered as it comes. */
const QUERY = `
  select id, name, description, published_version as "publishedVersion", revision, node_count as "nodeCount",
    created_at as "createdAt", updated_at as "updatedAt"
  from pipeline.pipelines order by id desc limit 51`;

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 20 });
const app = express();
app.get('/', async (_request, response) => {
  const { rows } = await pool.query<{ id: string }>(QUERY);
  const items = rows.slice(0, 50);
  response.json({ items, nextCursor: rows.length > 50 ? items.at(-1)?.id : null });
});
app.listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('ready\n'));
