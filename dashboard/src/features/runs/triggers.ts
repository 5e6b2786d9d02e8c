import type { RunTrigger } from '../../../../contracts/run.ts';

/** What made a run start, in words. */
export const TRIGGER_WORDS: Record<RunTrigger, string> = {
  api: 'A person or program',
  'first-start': 'The first start',
  fork: 'A fork',
  restart: 'A restart',
  pipeline: 'Another pipeline',
  agent: 'An agent',
};
