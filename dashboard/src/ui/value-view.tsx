import { useState } from 'react';

import { isJsonObject, type Json } from '../../../contracts/json.ts';
import { CopyButton } from './copy-button.tsx';
import { JsonTree } from './json-tree.tsx';
import { Markdown } from './markdown.tsx';

type Form = 'markdown' | 'text' | 'table' | 'json';

const WORDS: Record<Form, string> = { markdown: 'Rendered', text: 'Text', table: 'Table', json: 'JSON' };

/** The forms that suit a value, the best first. */
export function formsOf(value: Json): Form[] {
  if (typeof value === 'string') return ['markdown', 'text'];
  if (textOf(value) !== undefined) return ['markdown', 'text', 'json'];
  if (isTable(value)) return ['table', 'json'];
  return ['json'];
}

/** What a value says to a reader: a text itself, the text of an agent's answer, or the prompt that it was given. */
export function textOf(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  if (!isJsonObject(value)) return undefined;
  return [value['text'], value['prompt']].find(
    (text): text is string => typeof text === 'string' && text !== '',
  );
}

const isTable = (value: Json): value is Record<string, Json>[] =>
  Array.isArray(value) && value.length > 0 && value.length <= 500 && value.every(isFlat);

const isFlat = (row: Json): boolean =>
  isJsonObject(row) &&
  Object.keys(row).length <= 8 &&
  Object.values(row).every((cell) => typeof cell !== 'object' && String(cell).length <= 120);

export const jsonText = (value: Json): string => JSON.stringify(value, null, 2);

/** Any value in the form that suits it; the reader may choose another. */
export function ValueView({ value, label }: { value: Json; label: string }) {
  const forms = formsOf(value);
  const [chosen, setChosen] = useState<Form | null>(null);
  const form = chosen !== null && forms.includes(chosen) ? chosen : (forms[0] ?? 'json');
  const text = textOf(value);
  return (
    <div className="min-w-0">
      <div className="mb-2 flex items-center justify-between gap-2">
        <h3 className="text-sm font-semibold">{label}</h3>
        <div className="flex items-center gap-1">
          {forms.length > 1 && (
            <div
              role="group"
              aria-label={`Form of ${label.toLowerCase()}`}
              className="flex rounded-input border border-line p-0.5"
            >
              {forms.map((option) => (
                <button
                  key={option}
                  type="button"
                  aria-pressed={option === form}
                  onClick={() => setChosen(option)}
                  className="rounded-sm px-2 text-xs leading-5 text-ink-2 hover:text-ink aria-pressed:bg-sunken aria-pressed:font-medium aria-pressed:text-ink"
                >
                  {WORDS[option]}
                </button>
              ))}
            </div>
          )}
          <CopyButton
            iconOnly
            label={`Copy ${label.toLowerCase()}`}
            text={() => (form !== 'json' && text !== undefined ? text : jsonText(value))}
          />
        </div>
      </div>
      <div className="rounded-input border border-line bg-surface p-3">
        <ValueBody value={value} form={form} text={text} />
      </div>
    </div>
  );
}

function ValueBody({ value, form, text }: { value: Json; form: Form; text: string | undefined }) {
  if (form === 'markdown' && text !== undefined)
    return text === '' ? <Nothing /> : <Markdown>{text}</Markdown>;
  if (form === 'text' && text !== undefined)
    return <pre className="mono break-words whitespace-pre-wrap">{text}</pre>;
  if (form === 'table' && isTable(value)) return <Table rows={value} />;
  return <JsonTree value={value} openDepth={2} />;
}

const Nothing = () => <span className="text-ink-3">An empty text</span>;

const cellText = (cell: Json | undefined): string =>
  cell === undefined || cell === null ? '' : typeof cell === 'string' ? cell : JSON.stringify(cell);

function Table({ rows }: { rows: Record<string, Json>[] }) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b border-line text-left text-ink-2">
            {columns.map((column) => (
              <th key={column} scope="col" className="py-1 pr-4 font-medium">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index} className="border-b border-line last:border-0">
              {columns.map((column) => (
                <td key={column} className="tabular py-1 pr-4 align-top">
                  {cellText(row[column])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
