import { Copy, Trash2 } from 'lucide-react';
import { useState } from 'react';

import { Button } from '../../../ui/button.tsx';
import { Field, Input } from '../../../ui/field.tsx';
import { kindOf } from '../../../ui/graph/kinds.ts';
import { useEditorStore } from '../editor-store.ts';
import { idsOf, withNodeChanged } from '../model/changes.ts';
import { type DraftNode, graphAt, labelOf } from '../model/draft.ts';
import { messagesAt } from '../model/problems.ts';
import { renamed } from '../model/rename.ts';
import { duplicateChosen, removeChosen } from '../use-editor-keys.ts';
import { useForm } from './form-context.ts';

/** What a node is called: by people, and in expressions. */
export function NodeHead({ node }: { node: DraftNode }) {
  const store = useEditorStore();
  const { problems } = useForm();
  const { icon: Icon, word } = kindOf(node.type);
  const rename = (name: string) =>
    store
      .getState()
      .changeGraph(
        (graph) => withNodeChanged(graph, node.id, { name: name === '' ? undefined : name }),
        `${node.id}.name`,
      );
  return (
    <>
      <header className="flex items-center gap-2 px-4 py-2.5">
        <Icon className="size-4 shrink-0 text-ink-2" aria-hidden />
        <h2 className="min-w-0 flex-1 truncate text-sm font-semibold" aria-label={`${word} ${labelOf(node)}`}>
          {word}
        </h2>
        <Button
          variant="quiet"
          iconOnly
          aria-label="Duplicate"
          title="Duplicate (Ctrl D)"
          onClick={() => duplicateChosen(store)}
        >
          <Copy aria-hidden />
        </Button>
        <Button
          variant="quiet"
          iconOnly
          aria-label="Remove this node"
          title="Remove (Delete)"
          onClick={() => removeChosen(store)}
        >
          <Trash2 aria-hidden />
        </Button>
      </header>
      <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-3 px-4 pb-4">
        <Field label="Name" error={messagesAt(problems, ['name'])}>
          {(control) => (
            <Input
              {...control}
              value={node.name ?? ''}
              placeholder={node.id}
              onChange={(event) => rename(event.target.value)}
            />
          )}
        </Field>
        <IdField key={node.id} node={node} />
      </div>
    </>
  );
}

const ID = /^[A-Za-z_][A-Za-z0-9_]{0,79}$/;

/** Taken over when it is left or by Enter: on the way there it may well be another node's. */
function IdField({ node }: { node: DraftNode }) {
  const store = useEditorStore();
  const { problems } = useForm();
  const [text, setText] = useState(node.id);
  const state = store.getState();
  const taken = idsOf(graphAt(state.history.present, state.level));
  const wrong =
    text === node.id
      ? undefined
      : !ID.test(text)
        ? 'Letters, digits and _ only, a letter first.'
        : taken.has(text)
          ? 'Another node has this id.'
          : undefined;
  const take = () => {
    if (text === node.id || wrong !== undefined) return;
    store.getState().changeGraph((graph) => renamed(graph, node.id, text));
    store.getState().select([text]);
  };
  return (
    <Field label="Id in expressions" error={wrong ?? messagesAt(problems, ['id'])}>
      {(control) => (
        <Input
          {...control}
          className="mono"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={take}
          onKeyDown={(event) => {
            if (event.key === 'Enter') take();
            if (event.key === 'Escape') setText(node.id);
          }}
        />
      )}
    </Field>
  );
}
