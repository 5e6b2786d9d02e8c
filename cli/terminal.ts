/** Where commands write: what was asked for goes to the standard output, everything about it to the standard error. */
export interface Terminal {
  result: (text: string) => void;
  progress: (text: string) => void;
  /** Calls back at Ctrl-C, once. @returns stops that */
  onInterrupt: (callback: () => void) => () => void;
}

export const processTerminal: Terminal = {
  result: (text) => void process.stdout.write(`${text}\n`),
  progress: (text) => void process.stderr.write(`${text}\n`),
  onInterrupt: (callback) => {
    process.once('SIGINT', callback);
    return () => process.off('SIGINT', callback);
  },
};
