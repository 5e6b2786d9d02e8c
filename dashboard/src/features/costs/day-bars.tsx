import type { CostRow } from '../../../../contracts/ledger.ts';
import { daysIn, type Measure } from './filters.ts';
import { amountText, measureOf, shownMeasure } from './words.ts';

interface DayBarsProps {
  rows: readonly CostRow[];
  period: { from: string; to: string };
  measure: Measure;
}

const dayText = (day: string): string =>
  new Date(day).toLocaleDateString('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** What each day used: one bar a day, the highest as high as there is room. The numbers stand in a table for those who do not see it. */
export function DayBars({ rows, period, measure: wanted }: DayBarsProps) {
  const measure = shownMeasure(rows, wanted);
  const byDay = new Map(rows.map((row) => [row.key, measureOf(row, measure)]));
  const days = daysIn(period).map((day) => ({ day, amount: byDay.get(day) ?? 0 }));
  const highest = Math.max(...days.map(({ amount }) => amount));
  const total = days.reduce((sum, { amount }) => sum + amount, 0);
  const what = measure === 'cost' ? 'Cost' : 'Tokens';
  return (
    <figure>
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4 text-sm text-ink-2">
        <span>
          {what} by day, <span className="tabular font-medium text-ink">{amountText(total, measure)}</span> in
          all
        </span>
        <span className="tabular">highest {amountText(Math.max(0, highest), measure)}</span>
      </figcaption>
      <div
        role="img"
        aria-label={`${what} by day from ${dayText(period.from)} to ${dayText(period.to)}: ${amountText(total, measure)} in all`}
        className="mt-3 flex h-28 items-end gap-px border-b border-line-strong"
      >
        {days.map(({ day, amount }) => (
          <div
            key={day}
            title={`${dayText(day)}: ${amountText(amount, measure)}`}
            className="flex h-full min-w-0 flex-1 items-end hover:bg-hover"
          >
            {amount > 0 && (
              <div
                className="min-h-0.5 w-full rounded-t-sm bg-accent"
                style={{ height: `${(amount / highest) * 100}%` }}
              />
            )}
          </div>
        ))}
      </div>
      <div aria-hidden className="tabular mt-1 flex justify-between text-xs text-ink-2">
        <span>{dayText(period.from)}</span>
        <span>{dayText(period.to)} (UTC)</span>
      </div>
    </figure>
  );
}
