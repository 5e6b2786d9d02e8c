/** A backup cannot be made or restored; the message says what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';

  constructor(message: string, options?: ErrorOptions) {
    super(options?.cause instanceof Error ? `${message}\n  ${options.cause.message}` : message, options);
  }
}
