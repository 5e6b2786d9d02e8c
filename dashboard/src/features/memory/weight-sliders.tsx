import { useSearchParams } from 'react-router';

import type { SearchSummary } from '../../../../contracts/memory.ts';
import { useParameter, withParameter } from '../../lib/address.ts';
import { useCalm } from '../../lib/use-calm.ts';
import { Button } from '../../ui/button.tsx';
import { PARTS } from './score-bar.tsx';
import { readPlayground, type Weight, WEIGHTS } from './search-request.ts';

interface WeightSlidersProps {
  used: SearchSummary['weights'];
  /** Those that can count in this search; the others are not shown. */
  counting: readonly Weight[];
}

/** How much each part counts: the defaults until somebody moves one. */
export function WeightSliders({ used, counting }: WeightSlidersProps) {
  const [search, setSearch] = useSearchParams();
  const { weights } = readPlayground(search);
  const set = useParameter();
  const isTuned = Object.keys(weights).length === 0;
  const reset = () =>
    setSearch(
      (held) => [...WEIGHTS, 'halfLifeDays'].reduce((kept, name) => withParameter(kept, name, ''), held),
      { replace: true },
    );
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-sm font-medium">Weights</legend>
      {counting.map((name) => (
        <WeightSlider
          key={name}
          label={PARTS[name].label}
          value={String(weights[name] ?? used[name])}
          onChange={(value) => set(name, value)}
        />
      ))}
      <HalfLife
        value={String(weights.halfLifeDays ?? used.halfLifeDays)}
        onChange={(value) => set('halfLifeDays', value)}
      />
      <Button className="self-start" disabled={isTuned} onClick={reset}>
        Back to the defaults
      </Button>
    </fieldset>
  );
}

interface WeightProps {
  value: string;
  onChange: (value: string) => void;
}

function WeightSlider({ label, value, onChange }: WeightProps & { label: string }) {
  const [shown, setShown] = useCalm(value, onChange);
  return (
    <label className="grid grid-cols-[88px_minmax(0,1fr)_40px] items-center gap-2 text-sm">
      {label}
      <input
        type="range"
        min={0}
        max={Math.max(2, Number(value))}
        step={0.05}
        className="w-full accent-accent"
        value={shown}
        onChange={({ target }) => setShown(target.value)}
      />
      <span className="tabular text-right text-ink-2">{Number(shown).toFixed(2)}</span>
    </label>
  );
}

function HalfLife({ value, onChange }: WeightProps) {
  const [shown, setShown] = useCalm(value, onChange);
  return (
    <label className="flex items-center justify-between gap-2 text-sm">
      Days until recency halves
      <input
        inputMode="numeric"
        className="tabular h-8 w-20 rounded-input border border-line-strong bg-surface px-2 text-right"
        value={shown}
        onChange={({ target }) => setShown(target.value)}
      />
    </label>
  );
}
