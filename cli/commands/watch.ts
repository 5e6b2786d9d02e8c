import { z } from 'zod';

import { isTerminal, Run, type RunStarted } from '../../contracts/run.ts';
import { EXIT } from '../exit.ts';
import { createProgress } from '../progress.ts';
import { followRun } from '../run-events.ts';
import { readableOutput } from '../run-output.ts';
import type { Connection } from '../sign-in.ts';
import type { Terminal } from '../terminal.ts';

/** What is looked at; the rest is passed on as it came. */
const EndedRun = z.looseObject(Run.pick({ status: true, output: true, error: true }).shape);
type EndedRun = z.infer<typeof EndedRun>;

export interface WatchOptions {
  connection: Connection;
  runId: string;
  terminal: Terminal;
  json: boolean;
  /** With `json`: each event as a line instead of the run at the end. */
  events?: boolean;
}

/**
 * Shows a run's progress until it has ended, then its result. Ctrl-C ends the watching, not the run.
 * @returns the exit code
 */
export async function watchRun({
  connection,
  runId,
  terminal,
  json,
  events = false,
}: WatchOptions): Promise<number> {
  const progress = createProgress();
  const interrupted = new AbortController();
  const stopListening = terminal.onInterrupt(() => interrupted.abort());
  try {
    await followRun({
      connection,
      runId,
      signal: interrupted.signal,
      onEvent: (event) => {
        if (json && events) terminal.result(JSON.stringify(event));
        const line = json ? null : progress(event);
        if (line !== null) terminal.progress(line);
      },
      onConnection: (state) =>
        terminal.progress(state === 'lost' ? 'connection lost, trying again …' : 'connected again'),
    });
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    terminal.progress(
      `\nThe run goes on. Watch it again with \`gathering tail ${runId}\`, end it with \`gathering cancel ${runId}\`.`,
    );
    return EXIT.interrupted;
  } finally {
    stopListening();
  }
  const run = await endedRun(connection, runId);
  if (json && !events) terminal.result(JSON.stringify(run, null, 2));
  if (!json) showResult(run, terminal);
  return run.status === 'completed' ? EXIT.completed : EXIT.failed;
}

/** The event of the end and the row of the run are one fact; still, ask in a way that waits. */
async function endedRun({ client }: Connection, runId: string): Promise<EndedRun> {
  for (;;) {
    const run = await client.request({
      path: `/runs/${encodeURIComponent(runId)}?wait=30s`,
      schema: EndedRun,
    });
    if (isTerminal(run.status)) return run;
  }
}

function showResult(run: EndedRun, terminal: Terminal): void {
  if (run.error !== undefined && run.status !== 'completed') {
    terminal.progress(
      `\n${run.error.nodeId === undefined ? '' : `${run.error.nodeId}: `}${run.error.message}`,
    );
  }
  const output = readableOutput(run.output);
  if (output === '') return;
  terminal.progress('');
  terminal.result(output);
}

/**
 * What is said of a run that was just started: its id, or its progress and its result where that is waited for.
 * @returns the exit code
 */
export function watchStarted({
  connection,
  started,
  terminal,
  options: { wait, json },
}: Pick<WatchOptions, 'connection' | 'terminal'> & {
  started: RunStarted;
  options: { wait: boolean; json: boolean };
}): Promise<number> {
  if (!wait) {
    terminal.result(json ? JSON.stringify(started, null, 2) : started.id);
    return Promise.resolve(EXIT.completed);
  }
  terminal.progress(`run ${started.id} · ${connection.client.url}/runs/${started.id}`);
  return watchRun({ connection, runId: started.id, terminal, json });
}
