import { Input, Select } from '../../../ui/field.tsx';
import { joinDuration, splitDuration, UNITS } from '../model/durations.ts';

interface DurationControlProps {
  control: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined };
  label: string;
  value: string;
  /** Empty for none. */
  onChange: (duration: string) => void;
  /** What holds without one. */
  fallback?: string;
}

/** An amount and a unit; a text where what stands there is neither. */
export function DurationControl({ control, label, value, onChange, fallback }: DurationControlProps) {
  const parts =
    value === ''
      ? { amount: '', unit: splitDuration(fallback ?? '')?.unit ?? 'minutes' }
      : splitDuration(value);
  if (parts === undefined)
    return (
      <Input {...control} value={value} className="mono" onChange={(event) => onChange(event.target.value)} />
    );
  return (
    <div className="flex gap-2">
      <Input
        {...control}
        type="number"
        min={0}
        step="any"
        value={parts.amount}
        placeholder={splitDuration(fallback ?? '')?.amount}
        className="w-28!"
        onChange={(event) =>
          onChange(event.target.value === '' ? '' : joinDuration(event.target.value, parts.unit))
        }
      />
      <Select
        aria-label={`Unit of ${label}`}
        value={parts.unit}
        disabled={parts.amount === ''}
        className="w-40!"
        onChange={(event) => {
          const unit = UNITS.find((each) => each === event.target.value);
          if (unit !== undefined) onChange(joinDuration(parts.amount, unit));
        }}
      >
        {UNITS.map((unit) => (
          <option key={unit}>{unit}</option>
        ))}
      </Select>
    </div>
  );
}
