import type { Command } from 'commander';

import { millisecondsOf } from '../contracts/duration.ts';
import { Pipeline } from '../contracts/pipeline.ts';
import type { ApiClient } from './api-client.ts';
import { UsageError } from './usage-error.ts';

/** Options that say which runs are meant. */
export interface RunFilterOptions {
  status?: string;
  pipeline?: string;
  pipelineVersion?: string;
  from?: string;
  to?: string;
  search?: string;
  tag?: string;
  minCost?: string;
  maxCost?: string;
  trigger?: string;
  forkedFrom?: string;
}

export const addRunFilter = (command: Command): Command =>
  command
    .option('-s, --status <status>', 'only those with this status; several with commas')
    .option('-p, --pipeline <pipeline>', 'only those of this pipeline, by its name or id')
    .option('--pipeline-version <number>', 'only those of this version of it')
    .option('--from <time>', 'only those accepted since: an instant, a date, or a duration such as "2 days"')
    .option('--to <time>', 'only those accepted before: an instant, a date, or a duration')
    .option(
      '-q, --search <words>',
      'only those with these words in name, input, output or error, or this beginning of an id',
    )
    .option('-t, --tag <tag>', 'only those with this tag')
    .option('--min-cost <usd>', 'only those that cost at least so much')
    .option('--max-cost <usd>', 'only those that cost at most so much')
    .option('--trigger <trigger>', 'only those that this made start: api, fork, restart …')
    .option('--forked-from <run>', 'only forks of this run');

/**
 * The filter in the API's words; what was not asked for is absent.
 * @throws UsageError
 */
export async function runFilterOf(
  options: RunFilterOptions,
  client: ApiClient,
): Promise<Record<string, string>> {
  const { pipeline, from, to } = options;
  const given = {
    status: options.status,
    pipelineId: pipeline === undefined ? undefined : await pipelineIdOf(pipeline, client),
    version: options.pipelineVersion,
    from: from === undefined ? undefined : instantOf(from),
    to: to === undefined ? undefined : instantOf(to),
    q: options.search,
    tag: options.tag,
    minCost: options.minCost,
    maxCost: options.maxCost,
    trigger: options.trigger,
    forkedFrom: options.forkedFrom,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function pipelineIdOf(nameOrId: string, client: ApiClient): Promise<string> {
  const path = `/pipelines/${encodeURIComponent(nameOrId)}`;
  return (await client.request({ path, schema: Pipeline.pick({ id: true }) })).id;
}

/** @throws UsageError */
function instantOf(text: string): string {
  const ago = millisecondsOf(text);
  const instant = Number.isNaN(ago) ? new Date(text) : new Date(Date.now() - ago);
  if (Number.isNaN(instant.getTime()))
    throw new UsageError(
      `${text} is neither an instant such as 2027-01-31T08:00:00Z, nor a date, nor a duration.`,
    );
  return instant.toISOString();
}
