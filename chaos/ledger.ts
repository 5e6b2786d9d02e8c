import type pg from 'pg';

/** All that a run left behind, with what may differ between two runs of the same input taken out. */
export interface Trace {
  status: string;
  /** JSON. */
  output: string;
  error: unknown;
  /** Each event as text, sorted: two branches may be told in any order. */
  events: string[];
  /** Violations inside this run alone. */
  faults: string[];
}

export interface EventRow {
  sequence: string;
  key: string;
  type: string;
  data: Record<string, unknown>;
}

interface EffectRow {
  key: string;
  status: string;
  claims: number;
}

export async function traceOf(client: pg.Pool, runId: string): Promise<Trace> {
  const { rows: runs } = await client.query<{ status: string; output: unknown; error: unknown }>(
    'select status, output, error from pipeline.runs where id = $1',
    [runId],
  );
  const { rows: events } = await client.query<EventRow>(
    'select sequence, key, type, data from event.events where channel = $1 order by sequence',
    [`runs/${runId}`],
  );
  const { rows: effects } = await client.query<EffectRow>(
    'select key, status, claims from pipeline.effects where run_id = $1 order by key',
    [runId],
  );
  const run = runs[0];
  if (run === undefined) throw new Error(`no run ${runId}`);
  return {
    status: run.status,
    output: comparable(run.output),
    error: run.error,
    events: events.map(({ type, data }) => comparable([type, data])).toSorted(),
    faults: [...sequenceFaults(events), ...orderFaults(events), ...effectFaults(effects, run.status)],
  };
}

const ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Ids and instants are others in each run. */
export const comparable = (value: unknown): string =>
  JSON.stringify(value).replaceAll(ID, 'ID').replaceAll(INSTANT, 'INSTANT');

export function sequenceFaults(events: readonly EventRow[]): string[] {
  const faults = events.flatMap(({ sequence }, index) =>
    Number(sequence) === index + 1 ? [] : [`sequence ${sequence} stands at place ${String(index + 1)}`],
  );
  const keys = new Set(events.map(({ key }) => key));
  return keys.size === events.length ? faults : [...faults, 'an event was told twice'];
}

/** A node that has ended never starts again, and nothing is told after the end of the run. */
function orderFaults(events: readonly EventRow[]): string[] {
  const ended = new Set<string>();
  const faults: string[] = [];
  for (const { type, data } of events) {
    const place = `${String(data['path'])}/${String(data['iteration'])}`;
    if (type.startsWith('node.') && ended.has(place)) faults.push(`${type} of ${place} after its end`);
    if (['node.completed', 'node.failed', 'node.skipped', 'node.canceled'].includes(type)) ended.add(place);
  }
  const end = events.findIndex(({ type }) =>
    ['run.completed', 'run.failed', 'run.canceled', 'run.timed_out'].includes(type),
  );
  if (end === -1) faults.push('the end of the run was not told');
  else if (end !== events.length - 1)
    faults.push(`${String(events.length - 1 - end)} events after the end of the run`);
  return faults;
}

function effectFaults(effects: readonly EffectRow[], status: string): string[] {
  if (status !== 'completed') return [];
  return effects
    .filter((effect) => effect.status === 'claimed')
    .map(({ key }) => `effect ${key} was claimed and never recorded`);
}

/** How a disturbed run differs from the undisturbed one. */
export function differences(disturbed: Trace, calm: Trace): string[] {
  const found = [...disturbed.faults];
  if (disturbed.status !== calm.status)
    found.push(`status ${disturbed.status}, undisturbed ${calm.status}: ${JSON.stringify(disturbed.error)}`);
  if (disturbed.output !== calm.output)
    found.push(`another output ${disturbed.output.slice(0, 300)}, undisturbed ${calm.output.slice(0, 300)}`);
  const [missing, extra] = [minus(calm.events, disturbed.events), minus(disturbed.events, calm.events)];
  for (const event of missing.slice(0, 3)) found.push(`missing event ${event.slice(0, 300)}`);
  for (const event of extra.slice(0, 3)) found.push(`additional event ${event.slice(0, 300)}`);
  return found;
}

export function minus(from: readonly string[], what: readonly string[]): string[] {
  const left = [...from];
  for (const text of what) {
    const at = left.indexOf(text);
    if (at !== -1) left.splice(at, 1);
  }
  return left;
}
