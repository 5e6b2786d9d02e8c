import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';

import type { NodeKindDescription } from '../../../../contracts/pipeline.ts';
import { kindOf } from '../../ui/graph/kinds.ts';
import { useEditor, useEditorStore } from './editor-store.ts';
import { groupKinds } from './model/kinds.ts';
import { useAddNode } from './use-add-node.ts';

/** What a person may call a kind instead. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  agent: 'llm model prompt ask ai',
  action: 'http request api webhook call fetch write file',
  condition: 'if branch switch decide',
  transform: 'compute set expression jsonata code',
  filter: 'where keep list',
  merge: 'join wait all first',
  map: 'loop each for items iterate',
  delay: 'wait sleep timer pause',
  human: 'approve approval person review form ask',
  pipeline: 'sub-pipeline call another reuse',
};

/** By the beginning of its name, then of another word for it, then by any part of either. */
function rankOf(value: string, search: string, keywords: readonly string[] = []): number {
  const wanted = search.trim().toLowerCase();
  const names = value.toLowerCase();
  const others = keywords.join(' ').toLowerCase();
  const begins = (text: string) => text.split(/[\s-]+/).some((word) => word.startsWith(wanted));
  if (names.startsWith(wanted)) return 1;
  if (begins(names)) return 0.8;
  if (begins(others)) return 0.5;
  return names.includes(wanted) || others.includes(wanted) ? 0.2 : 0;
}

/** Finds a kind by name and adds a node of it: opened by Tab, by the plus of an edge, or by a connection let go over nothing. */
export function KindSearch({ kinds }: { kinds: readonly NodeKindDescription[] }) {
  const store = useEditorStore();
  const adding = useEditor((state) => state.adding);
  const add = useAddNode(kinds);
  return (
    <Dialog.Root
      open={adding !== null}
      onOpenChange={(open) => {
        if (open) return;
        store.getState().add(null);
        store.getState().letTabMoveOn(true);
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-black/20" />
        <Dialog.Content
          aria-describedby={undefined}
          data-modal
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            document.querySelector<HTMLElement>('[data-canvas]')?.focus();
          }}
          className="animate-fade fixed top-[18vh] left-1/2 z-50 w-[min(460px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-panel border border-line bg-raised shadow-float"
        >
          <Dialog.Title className="sr-only">Add a node</Dialog.Title>
          <Command label="Add a node" loop filter={rankOf}>
            <Command.Input
              autoFocus
              placeholder={
                adding?.edgeKey !== undefined
                  ? 'Put in between …'
                  : adding?.from !== undefined
                    ? 'Add behind it …'
                    : 'Add a node …'
              }
              className="h-11 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-ink-3"
            />
            <Command.List className="max-h-[min(440px,60vh)] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-ink-2">
                No kind of node is called that.
              </Command.Empty>
              {groupKinds(kinds).map(({ title, kinds: group }) => (
                <Command.Group
                  key={title}
                  heading={title}
                  className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3"
                >
                  {group.map(({ name, description }) => {
                    const { icon: Icon, word } = kindOf(name);
                    return (
                      <Command.Item
                        key={name}
                        value={`${word} ${name}`}
                        keywords={[OTHER_WORDS[name] ?? '', description]}
                        onSelect={() => add(name, adding ?? {})}
                        className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-input px-2.5 py-1 text-sm data-[selected=true]:bg-hover"
                      >
                        <Icon className="size-4 shrink-0 text-ink-2" aria-hidden />
                        <span className="w-20 shrink-0 font-medium">{word}</span>
                        <span className="truncate text-ink-2">{description}</span>
                      </Command.Item>
                    );
                  })}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
