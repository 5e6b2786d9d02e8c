/** True for an error that carries this code, such as the system's `ENOENT` or one of gRPC's numbers. */
export function hasCode(error: unknown, code: string | number): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
