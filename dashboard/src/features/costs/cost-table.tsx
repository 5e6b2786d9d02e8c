import { Link } from 'react-router';

import type { CostRow, CostsBy } from '../../../../contracts/ledger.ts';
import { Cost, providerIn } from '../../ui/cost.tsx';
import type { Measure } from './filters.ts';
import { measureOf, placeOf, shownMeasure, tokensOf } from './words.ts';

interface CostTableProps {
  label: string;
  by: CostsBy;
  rows: readonly CostRow[];
  measure: Measure;
}

const NUMBERS = ['Calls', 'Input', 'Cached', 'Output', 'Reasoning', 'Tokens', 'Cost'];

/** Who or what used how much, the dearest first; a quiet bar shows the share. */
export function CostTable({ label, by, rows, measure: wanted }: CostTableProps) {
  const measure = shownMeasure(rows, wanted);
  const highest = Math.max(...rows.map((row) => measureOf(row, measure)), Number.MIN_VALUE);
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full text-sm">
        <thead>
          <tr className="border-b border-line text-right text-ink-2">
            <th scope="col" className="h-8 px-2 text-left font-medium">
              {label}
            </th>
            {NUMBERS.map((header) => (
              <th key={header} scope="col" className={`h-8 px-2 font-medium ${narrowly(header)}`}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.key} by={by} row={row} share={measureOf(row, measure) / highest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a small screen can do without. */
const narrowly = (header: string): string =>
  ['Input', 'Cached', 'Output', 'Reasoning'].includes(header) ? 'hidden md:table-cell' : '';

function Row({ by, row, share }: { by: CostsBy; row: CostRow; share: number }) {
  const place = placeOf(by, row);
  const cells = [
    row.calls,
    row.inputTokens,
    row.cachedInputTokens,
    row.outputTokens,
    row.reasoningTokens,
    tokensOf(row),
  ];
  return (
    <tr className="border-b border-line align-baseline hover:bg-hover">
      <th scope="row" className="w-2/5 min-w-40 px-2 py-1.5 text-left font-medium">
        {place === undefined ? (
          row.name
        ) : (
          <Link to={place} className="hover:underline">
            {row.name}
          </Link>
        )}
        <span
          aria-hidden
          className="mt-1 block h-1 rounded-full bg-accent"
          style={{ width: `${share * 100}%` }}
        />
      </th>
      {cells.map((number, index) => (
        <td key={index} className={`tabular px-2 text-right text-ink-2 ${narrowly(NUMBERS[index] ?? '')}`}>
          {number.toLocaleString('en')}
        </td>
      ))}
      <td className="tabular px-2 text-right font-medium whitespace-nowrap">
        <Cost
          usd={row.costUsd}
          tokens={tokensOf(row)}
          provider={by === 'model' ? providerIn(row.key) : undefined}
        />
      </td>
    </tr>
  );
}
