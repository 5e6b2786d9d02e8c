import type { NodeKindDescription } from '../../../../contracts/pipeline.ts';
import { kindOf } from '../../ui/graph/kinds.ts';
import { useEditorStore } from './editor-store.ts';
import { groupKinds } from './model/kinds.ts';
import { nextSource, useAddNode } from './use-add-node.ts';

export const KIND_MEDIA_TYPE = 'application/x-gathering-kind';

/** Every kind of node: to be dragged onto the canvas, or to be added behind the chosen node. */
export function Palette({ kinds }: { kinds: readonly NodeKindDescription[] }) {
  const store = useEditorStore();
  const add = useAddNode(kinds);
  return (
    <nav aria-label="Kinds of nodes" className="flex flex-col gap-3 overflow-y-auto p-2">
      {groupKinds(kinds).map(({ title, kinds: group }) => (
        <section key={title} aria-label={title}>
          <h2 className="px-2 pb-1 text-xs text-ink-3">{title}</h2>
          <ul>
            {group.map(({ name, description }) => {
              const { icon: Icon, word } = kindOf(name);
              return (
                <li key={name}>
                  <button
                    type="button"
                    draggable
                    title={description}
                    aria-label={`Add ${word}: ${description}`}
                    className="flex h-8 w-full cursor-grab items-center gap-2 rounded-input px-2 text-sm hover:bg-hover active:cursor-grabbing"
                    onClick={() => add(name, nextSource(store.getState(), kinds))}
                    onDragStart={(event) => {
                      event.dataTransfer.setData(KIND_MEDIA_TYPE, name);
                      event.dataTransfer.effectAllowed = 'copy';
                    }}
                  >
                    <Icon className="size-4 shrink-0 text-ink-2" aria-hidden /> {word}
                  </button>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
      <p className="px-2 text-xs text-ink-3">
        Drag a kind onto the canvas, click it, or press <kbd className="mono">Tab</kbd> there.
      </p>
    </nav>
  );
}
