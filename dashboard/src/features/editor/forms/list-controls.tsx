import { Plus, X } from 'lucide-react';
import { useState } from 'react';

import type { JsonObject } from '../../../../../contracts/json.ts';
import { Button } from '../../../ui/button.tsx';
import { Input } from '../../../ui/field.tsx';
import { CodeField } from '../code/code-field.tsx';
import { isInsideBraces, suggest } from '../model/completions.ts';
import { useForm } from './form-context.ts';

interface WordsProps {
  id: string;
  label: string;
  value: readonly string[];
  onChange: (words: string[]) => void;
  placeholder?: string | undefined;
}

/** A list of short texts; Enter adds one. */
export function WordsControl({ id, label, value, onChange, placeholder }: WordsProps) {
  const [text, setText] = useState('');
  const add = () => {
    const word = text.trim();
    if (word !== '' && !value.includes(word)) onChange([...value, word]);
    setText('');
  };
  return (
    <div className="flex flex-col gap-1.5">
      {value.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label={label}>
          {value.map((word) => (
            <li
              key={word}
              className="flex items-center gap-1 rounded-input border border-line-strong pl-2 text-sm"
            >
              <span className="min-w-0 break-all">{word}</span>
              <button
                type="button"
                aria-label={`Remove ${word}`}
                className="flex size-6 items-center justify-center rounded-input text-ink-2 hover:text-ink"
                onClick={() => onChange(value.filter((each) => each !== word))}
              >
                <X className="size-3.5" aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex gap-2">
        <Input
          id={id}
          value={text}
          placeholder={placeholder}
          onChange={(event) => setText(event.target.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== ',') return;
            event.preventDefault();
            add();
          }}
        />
        <Button onClick={add} disabled={text.trim() === ''}>
          Add
        </Button>
      </div>
    </div>
  );
}

interface PairsProps {
  label: string;
  value: JsonObject;
  onChange: (pairs: JsonObject) => void;
}

/** Names with texts that may hold expressions, such as headers. */
export function PairsControl({ label, value, onChange }: PairsProps) {
  const { bindings, names, secrets } = useForm();
  const [adding, setAdding] = useState('');
  const add = () => {
    const name = adding.trim();
    if (name !== '' && value[name] === undefined) onChange({ ...value, [name]: '' });
    setAdding('');
  };
  const rename = (from: string, to: string) =>
    onChange(
      Object.fromEntries(Object.entries(value).map(([name, text]) => [name === from ? to : name, text])),
    );
  return (
    <div className="flex flex-col gap-2">
      {Object.entries(value).map(([name, text], index) => (
        <div key={index} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] items-start gap-1.5">
          <Input
            aria-label={`Name of ${label} ${index + 1}`}
            value={name}
            className="mono h-[34px]!"
            onChange={(event) => rename(name, event.target.value)}
          />
          <CodeField
            label={`Value of ${name}`}
            language="template"
            value={typeof text === 'string' ? text : JSON.stringify(text)}
            suggest={(before) =>
              isInsideBraces(before) ? suggest(before, { bindings: bindings ?? {}, names, secrets }) : null
            }
            onChange={(written) => onChange({ ...value, [name]: written })}
          />
          <Button
            variant="quiet"
            iconOnly
            aria-label={`Remove ${name}`}
            onClick={() =>
              onChange(Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)))
            }
          >
            <X aria-hidden />
          </Button>
        </div>
      ))}
      <div className="flex gap-2">
        <Input
          aria-label={`Name of one more of ${label}`}
          placeholder="authorization"
          className="mono"
          value={adding}
          onChange={(event) => setAdding(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button onClick={add} disabled={adding.trim() === ''}>
          <Plus aria-hidden /> Add
        </Button>
      </div>
    </div>
  );
}
