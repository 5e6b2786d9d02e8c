/** The value behind `--<name>` on the command line. */
export function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

export const numberOption = (name: string, otherwise: number): number =>
  Number(option(name, String(otherwise)));

export const databaseKind = (): 'postgres' | 'pglite' =>
  option('on', 'pglite') === 'postgres' ? 'postgres' : 'pglite';
