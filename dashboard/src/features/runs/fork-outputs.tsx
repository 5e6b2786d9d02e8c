import { Undo2 } from 'lucide-react';

import type { RunNode } from '../../../../contracts/run.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select, TextArea } from '../../ui/field.tsx';
import type { Overrides } from './use-overrides.ts';

interface ForkOutputsProps {
  /** Those whose outputs may be replaced. */
  nodes: readonly RunNode[];
  overrides: Overrides;
  labelOf: (id: string) => string;
}

const MOST_ROWS = 18;

/** Lets a person replace what nodes before the fork gave. */
export function ForkOutputs({ nodes, overrides, labelOf }: ForkOutputsProps) {
  if (nodes.length === 0) return null;
  const { drafts, errors } = overrides;
  const others = nodes.filter(({ id }) => drafts[id] === undefined);
  return (
    <section className="flex flex-col gap-4">
      {Object.entries(drafts).map(([id, text]) => (
        <div key={id}>
          <Field
            label={`Output of ${labelOf(id)}`}
            hint="As JSON; what comes behind reads this."
            error={errors[id]}
          >
            {(control) => (
              <TextArea
                {...control}
                rows={Math.min(MOST_ROWS, Math.max(4, text.split('\n').length + 1))}
                value={text}
                spellCheck={false}
                className="mono"
                onChange={(event) => overrides.change(id, event.target.value)}
              />
            )}
          </Field>
          <Button variant="quiet" className="mt-1" onClick={() => overrides.remove(id)}>
            <Undo2 aria-hidden /> Keep the recorded output
          </Button>
        </div>
      ))}
      {others.length > 0 && (
        <Field
          label="Replace an output"
          optional
          hint="Of a node before this one, to see what comes of another one."
        >
          {(control) => (
            <Select
              {...control}
              value=""
              className="max-w-72"
              onChange={(event) => overrides.add(event.target.value)}
            >
              <option value="">Choose a node …</option>
              {others.map(({ id }) => (
                <option key={id} value={id}>
                  {labelOf(id)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
    </section>
  );
}
