/** One line of the report: what was measured, the bar, and whether it is met. */
export interface Finding {
  what: string;
  bar: string;
  measured: string;
  met: boolean;
}

export function table(findings: readonly Finding[]): string {
  const rows = findings.map(
    ({ what, bar, measured, met }) => `| ${what} | ${bar} | ${measured} | ${met ? 'yes' : '**no**'} |`,
  );
  return ['| what | bar | measured | met |', '|---|---|---|---|', ...rows].join('\n');
}
