import { searchAttributes } from '../../platform/search-attributes.ts';

export interface TemporalServerOptions {
  port: number;
  uiPort: number;
  /** Where the server keeps its state; without it the state ends with the server. */
  file?: string;
  /** One that exists beside `default`. */
  namespace?: string;
}

/**
 * The development server's arguments. The poll limits let one workflow take more than 20 steps a second (a chain of 100
 * activities: 1.3 s instead of 5 s), write-ahead logging raises the throughput, and the schedule limit lets many
 * schedules fire on the same minute.
 */
export function temporalServerArguments(options: TemporalServerOptions): string[] {
  const dynamicConfig = [
    'history.transferProcessorMaxPollRPS=2000',
    'history.timerProcessorMaxPollRPS=2000',
    'worker.schedulerNamespaceStartWorkflowRPS=2000',
    'history.timerProcessorMaxTimeShift="50ms"',
  ];
  return [
    ...[
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(options.port),
      '--ui-port',
      String(options.uiPort),
    ],
    ...['--log-level', 'error'],
    ...(options.namespace === undefined ? [] : ['--namespace', options.namespace]),
    ...(options.file === undefined ? [] : ['--db-filename', options.file]),
    ...['journal_mode=WAL', 'synchronous=NORMAL'].flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...dynamicConfig.flatMap((value) => ['--dynamic-config-value', value]),
    ...searchAttributes.flatMap(({ name, type }) => [
      '--search-attribute',
      `${name}=${type === 'KEYWORD_LIST' ? 'KeywordList' : 'Keyword'}`,
    ]),
  ];
}

/** The server's environment: fewer garbage collections, at the price of some memory. */
export function temporalServerEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...environment, GOGC: environment['GOGC'] ?? '400' };
}
