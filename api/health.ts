import type { PartHealth, Readiness } from '../contracts/health.ts';

export type Phase = 'starting' | 'serving' | 'stopping';

export interface Health {
  /** Looks at every part, at most once a second. */
  readiness(): Promise<Readiness>;
  /** Says which part of its life the process is in. */
  enter(phase: Phase): void;
  readonly phase: Phase;
}

interface Dependencies {
  /** Each resolves when its part answers. */
  probes: Record<'database' | 'temporal', () => Promise<unknown>>;
  now?: () => number;
}

const KNOWN_FOR_MS = 1_000;
const PROBE_TIMEOUT_MS = 2_500;

const WORDS: Record<Phase, string | undefined> = {
  starting: 'it is starting',
  serving: undefined,
  stopping: 'it is stopping',
};
const REASONS = {
  database: 'Postgres is out of reach',
  temporal: 'the Temporal server is out of reach, or does not know the namespace',
} as const;

export function createHealth({ probes, now = Date.now }: Dependencies): Health {
  let phase: Phase = 'starting';
  let known: { parts: Promise<Pick<Readiness['parts'], 'database' | 'temporal'>>; until: number } | undefined;

  const lookAt = async (part: 'database' | 'temporal'): Promise<PartHealth> =>
    (await answers(probes[part])) ? { ok: true } : { ok: false, reason: REASONS[part] };

  const look = async (): Promise<Pick<Readiness['parts'], 'database' | 'temporal'>> => {
    const [database, temporal] = await Promise.all([lookAt('database'), lookAt('temporal')]);
    return { database, temporal };
  };

  return {
    get phase() {
      return phase;
    },
    enter(next) {
      phase = next;
    },
    async readiness() {
      if (known === undefined || known.until < now()) known = { parts: look(), until: now() + KNOWN_FOR_MS };
      const reason = WORDS[phase];
      const api: PartHealth = reason === undefined ? { ok: true } : { ok: false, reason };
      const parts = { api, ...(await known.parts) };
      const ready = Object.values(parts).every(({ ok }) => ok);
      return { status: ready ? 'ready' : 'unavailable', parts };
    },
  };
}

/** Whatever goes wrong with a probe, its part is out of reach. */
async function answers(probe: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PROBE_TIMEOUT_MS);
  });
  const answered = probe().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
