/** A key that nobody else makes. Works on plain http as well, where `crypto.randomUUID` is missing. */
export function uniqueKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
