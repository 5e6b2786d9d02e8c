import { useId } from 'react';

interface ChoiceOfTwoProps<T extends string> {
  legend: string;
  options: readonly (readonly [value: T, word: string])[];
  value: T;
  onChange: (value: T) => void;
}

/** A choice between ways that have a form of their own each. */
export function ChoiceOfTwo<T extends string>({ legend, options, value, onChange }: ChoiceOfTwoProps<T>) {
  const name = useId();
  return (
    <fieldset>
      <legend className="pb-1.5 text-sm font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1.5">
        {options.map(([option, word]) => (
          <label key={option} className="flex items-center gap-2 text-sm">
            <input
              type="radio"
              name={name}
              className="size-4 accent-accent"
              checked={value === option}
              onChange={() => onChange(option)}
            />
            {word}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
