import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export interface Tab {
  id: string;
  label: ReactNode;
  content: ReactNode;
}

/** One of several views of the same thing. Which one is open belongs to the page's address. */
export function Tabs({
  tabs,
  open,
  onOpen,
  label,
  actions,
}: {
  tabs: Tab[];
  open: string;
  onOpen: (id: string) => void;
  label: string;
  actions?: ReactNode;
}) {
  return (
    <Radix.Root value={open} onValueChange={onOpen}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 border-b border-line">
        <Radix.List aria-label={label} className="-mb-px flex gap-1 overflow-x-auto [scrollbar-width:none]">
          {tabs.map((tab) => (
            <Radix.Trigger
              key={tab.id}
              value={tab.id}
              className="flex items-center gap-1.5 border-b-2 border-transparent px-2.5 py-2 text-sm font-medium whitespace-nowrap text-ink-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
            >
              {tab.label}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {actions}
      </div>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className="pt-4">
          {tab.id === open && tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
