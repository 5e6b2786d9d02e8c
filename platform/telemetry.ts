import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Telemetry = ReturnType<typeof createTelemetry>;

/** Where the figures come from that are only looked up when somebody asks for them. */
export interface TelemetrySources {
  /** Runs by status. */
  countRuns: () => Promise<readonly { status: string; count: number }[]>;
  /** Connections of the pool by state. */
  poolState: () => Record<string, number>;
}

const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The figures of one process, in Prometheus' format; names follow its conventions. */
export function createTelemetry(sources: TelemetrySources) {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: 'gathering_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const sockets = new Gauge({ name: 'gathering_sockets', help: 'Sockets that are connected', registers });
  const slowSockets = new Counter({
    name: 'gathering_slow_sockets_total',
    help: 'Sockets that were cut off because they read too slowly',
    registers,
  });
  const eventDelay = new Histogram({
    name: 'gathering_event_delay_seconds',
    help: 'Time from the moment of an event to its emission to the sockets that follow it',
    buckets: [0.005, 0.01, 0.02, 0.04, 0.08, 0.12, 0.25, 0.5, 1, 5],
    registers,
  });
  const databaseUp = new Gauge({
    name: 'gathering_database_up',
    help: 'Whether the database answered when it was asked for these figures',
    registers,
  });
  new Gauge({
    name: 'gathering_runs',
    help: 'Runs by status',
    labelNames: ['status'],
    registers,
    async collect() {
      // The figures of the process are wanted most when the database is away.
      const counts = await sources.countRuns().catch(() => null);
      databaseUp.set(counts === null ? 0 : 1);
      this.reset();
      for (const { status, count } of counts ?? []) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'gathering_database_connections',
    help: 'Connections of the database pool by state',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(sources.poolState())) this.set({ state }, count);
    },
  });
  return { registry, requests, sockets, slowSockets, eventDelay };
}
