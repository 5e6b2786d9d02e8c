import { Pencil, Undo2 } from 'lucide-react';

import type { Json } from '../../../../contracts/json.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextArea } from '../../ui/field.tsx';
import { ValueView } from '../../ui/value-view.tsx';
import { editableOf } from './edited-value.ts';

interface ShownValueProps {
  value: Json;
  /** What it is being changed to; null while it is only looked at. */
  edit: string | null;
  error: string | undefined;
  onEdit: (text: string | null) => void;
}

const MOST_ROWS = 24;

/** What is to be decided on, as it reads; or as it is edited. */
export function ShownValue({ value, edit, error, onEdit }: ShownValueProps) {
  const { text, isText } = editableOf(value);
  if (edit === null)
    return (
      <div>
        <ValueView label="To be decided on" value={value} />
        <Button className="mt-2" onClick={() => onEdit(text)}>
          <Pencil aria-hidden /> Edit before approving
        </Button>
      </div>
    );
  return (
    <div>
      <Field
        label="To be decided on"
        hint={
          isText
            ? 'Your text takes its place when you approve.'
            : 'As JSON. It takes its place when you approve.'
        }
        error={error}
      >
        {(control) => (
          <TextArea
            {...control}
            autoFocus
            rows={Math.min(MOST_ROWS, Math.max(6, edit.split('\n').length + 1))}
            value={edit}
            spellCheck={isText}
            className={isText ? '' : 'mono'}
            onChange={(event) => onEdit(event.target.value)}
          />
        )}
      </Field>
      <Button variant="quiet" className="mt-2" onClick={() => onEdit(null)}>
        <Undo2 aria-hidden /> Discard changes
      </Button>
    </div>
  );
}
