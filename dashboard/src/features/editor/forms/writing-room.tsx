import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ComponentProps } from 'react';

import type { Json } from '../../../../../contracts/json.ts';
import { Button } from '../../../ui/button.tsx';
import { JsonTree } from '../../../ui/json-tree.tsx';
import { CodeField } from '../code/code-field.tsx';
import type { Bindings } from '../model/sample-bindings.ts';
import { Preview, type Previewed } from './preview.tsx';

interface WritingRoomProps {
  title: string;
  field: Pick<
    ComponentProps<typeof CodeField>,
    'value' | 'onChange' | 'label' | 'language' | 'placeholder' | 'suggest'
  >;
  previewed?: Previewed;
  bindings: Bindings | undefined;
  onClose: () => void;
}

/** A long text with room around it: what can be read at its side, what it comes to below that. */
export function WritingRoom({ title, field, previewed, bindings, onClose }: WritingRoomProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          data-modal
          className="animate-fade fixed top-1/2 left-1/2 z-50 flex h-[min(760px,88vh)] w-[min(1240px,94vw)] -translate-1/2 flex-col overflow-hidden rounded-panel border border-line bg-raised shadow-float"
        >
          <header className="flex items-center gap-3 border-b border-line px-4 py-2">
            <Dialog.Title className="flex-1 text-lg font-semibold">{title}</Dialog.Title>
            <Dialog.Close asChild>
              <Button variant="quiet" iconOnly aria-label="Close">
                <X aria-hidden />
              </Button>
            </Dialog.Close>
          </header>
          <div className="grid min-h-0 flex-1 grid-cols-1 md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <div className="min-h-0 border-r border-line">
              <CodeField {...field} tall />
            </div>
            <div className="grid min-h-0 grid-rows-2">
              <section
                aria-label="Sample data"
                className="min-h-0 overflow-auto border-b border-line p-3"
                tabIndex={0}
              >
                <h3 className="pb-2 text-sm font-semibold">What it can read</h3>
                {bindings === undefined ? (
                  <p className="text-sm text-ink-2">Getting sample data …</p>
                ) : (
                  <JsonTree value={treeOf(bindings)} openDepth={2} />
                )}
              </section>
              <section aria-label="Value on sample data" className="min-h-0 overflow-auto p-3" tabIndex={0}>
                <h3 className="pb-2 text-sm font-semibold">What it comes to</h3>
                {previewed === undefined ? null : <Preview previewed={previewed} tall />}
              </section>
            </div>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function treeOf({ input = {}, nodes = {}, item, index }: Bindings): Record<string, Json> {
  return { input, nodes, ...(item !== undefined && { item }), ...(index !== undefined && { index }) };
}
