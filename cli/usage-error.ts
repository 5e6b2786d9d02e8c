/** The command was not given what it needs; it ends with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
