import { ChevronRight, X } from 'lucide-react';
import { useState } from 'react';

import type { Json } from '../../../../../contracts/json.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, Input, Select } from '../../../ui/field.tsx';
import { asType, ROW_TYPES, type SchemaRow, withWord } from '../model/schema-rows.ts';
import { WordsControl } from './list-controls.tsx';

interface SchemaRowFormProps {
  row: SchemaRow;
  /** Names of the other fields. */
  taken: readonly string[];
  onChange: (row: SchemaRow) => void;
  onRemove: () => void;
}

/** One field of an object: its name, its type, and, unfolded, what else is said of it. */
export function SchemaRowForm({ row, taken, onChange, onRemove }: SchemaRowFormProps) {
  const [open, setOpen] = useState(false);
  const { name, type, required } = row;
  return (
    <li className="border-b border-line last:border-0">
      <div className="grid grid-cols-[auto_minmax(0,1fr)_minmax(0,1fr)_auto] items-center gap-1.5 p-1.5">
        <Button
          variant="quiet"
          iconOnly
          className="size-7!"
          aria-expanded={open}
          aria-label={`More of ${name}`}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight
            className={`transition-transform duration-100 ${open ? 'rotate-90' : ''}`}
            aria-hidden
          />
        </Button>
        <Input
          aria-label="Name of the field"
          aria-invalid={taken.includes(name) || name === '' ? true : undefined}
          value={name}
          className="mono h-8!"
          onChange={(event) => onChange({ ...row, name: event.target.value })}
        />
        <Select
          aria-label={`Type of ${name}`}
          value={type}
          className="h-8!"
          onChange={(event) => {
            const chosen = ROW_TYPES.find((each) => each === event.target.value);
            if (chosen !== undefined) onChange({ ...row, type: chosen, schema: asType(row.schema, chosen) });
          }}
        >
          {ROW_TYPES.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </Select>
        <Button variant="quiet" iconOnly className="size-7!" aria-label={`Remove ${name}`} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </div>
      {open && (
        <div className="flex flex-col gap-3 px-3 pt-1 pb-3">
          <label className="flex items-center gap-2.5 text-sm">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={required}
              onChange={(event) => onChange({ ...row, required: event.target.checked })}
            />
            It has to be given
          </label>
          <Words row={row} onChange={onChange} />
        </div>
      )}
    </li>
  );
}

type Word = readonly [key: string, label: string, kind: 'text' | 'number'];

const GENERAL: readonly Word[] = [
  ['title', 'Title', 'text'],
  ['description', 'Description', 'text'],
];
const LENGTHS: readonly Word[] = [
  ['minLength', 'Shortest', 'number'],
  ['maxLength', 'Longest', 'number'],
];
const BOUNDS: readonly Word[] = [
  ['minimum', 'At least', 'number'],
  ['maximum', 'At most', 'number'],
];
const ITEMS: readonly Word[] = [
  ['minItems', 'Fewest', 'number'],
  ['maxItems', 'Most', 'number'],
];

function wordsFor({ type }: SchemaRow): readonly Word[] {
  switch (type) {
    case 'text':
    case 'long text':
      return [['default', 'Default', 'text'], ...LENGTHS];
    case 'number':
    case 'whole number':
      return [['default', 'Default', 'number'], ...BOUNDS];
    case 'list of texts':
      return ITEMS;
    case 'choice':
    case 'date':
    case 'address':
      return [['default', 'Default', 'text']];
    case 'yes or no':
    case 'other':
      return [];
  }
}

function Words({ row, onChange }: Pick<SchemaRowFormProps, 'row' | 'onChange'>) {
  const set = (word: string, value: Json | undefined) =>
    onChange({ ...row, schema: withWord(row.schema, word, value) });
  const line = ([key, label, kind]: Word) => {
    const value = row.schema[key];
    return (
      <Field key={key} label={label} optional>
        {(control) => (
          <Input
            {...control}
            type={kind}
            className="h-8!"
            value={typeof value === 'string' || typeof value === 'number' ? value : ''}
            onChange={(event) => {
              const { value: text, valueAsNumber } = event.target;
              set(key, text === '' ? undefined : kind === 'number' ? valueAsNumber : text);
            }}
          />
        )}
      </Field>
    );
  };
  const options = row.schema['enum'];
  return (
    <>
      {GENERAL.map(line)}
      {row.type === 'choice' && (
        <Field label="Choices">
          {({ id }) => (
            <WordsControl
              id={id}
              label="Choices"
              value={Array.isArray(options) ? options.map(String) : []}
              onChange={(words) => onChange({ ...row, schema: { ...row.schema, enum: words } })}
            />
          )}
        </Field>
      )}
      <div className="grid grid-cols-3 gap-2">{wordsFor(row).map(line)}</div>
      {(row.type === 'text' || row.type === 'long text') && (row.schema['default'] ?? '') === '' && (
        <label className="flex items-center gap-2.5 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={row.schema['default'] === ''}
            onChange={(event) =>
              onChange({
                ...row,
                schema: event.target.checked
                  ? { ...row.schema, default: '' }
                  : withWord(row.schema, 'default', undefined),
              })
            }
          />
          Left out, it is an empty text
        </label>
      )}
      {row.type === 'other' && (
        <p className="text-sm text-ink-2">
          What is inside of it is written as JSON Schema: choose “As JSON Schema” above.
        </p>
      )}
    </>
  );
}
