import { Menu, Search } from 'lucide-react';

import { Button } from '../../ui/button.tsx';
import { BREADCRUMB_ID } from '../../ui/page.tsx';
import { ConnectionIndicator } from './connection.tsx';
import { ThemeMenu, UserMenu } from './user-menu.tsx';

export function TopBar({ onMenu, onPalette }: { onMenu: () => void; onPalette: () => void }) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line px-3 sm:px-4">
      <Button variant="quiet" iconOnly aria-label="Open navigation" onClick={onMenu} className="md:hidden">
        <Menu aria-hidden />
      </Button>
      <nav aria-label="Breadcrumb" id={BREADCRUMB_ID} className="min-w-0 flex-1" />
      <button
        type="button"
        onClick={onPalette}
        aria-keyshortcuts="Control+K"
        className="flex h-8 items-center gap-2 rounded-input text-sm text-ink-2 hover:text-ink max-md:size-8 max-md:justify-center md:w-56 md:border md:border-line-strong md:px-2.5"
      >
        <Search className="size-4 shrink-0" aria-hidden />
        <span className="max-md:sr-only">Search or do …</span>
        <kbd className="mono ml-auto text-ink-3 max-md:hidden">Ctrl K</kbd>
      </button>
      <ConnectionIndicator />
      <ThemeMenu />
      <UserMenu />
    </header>
  );
}
