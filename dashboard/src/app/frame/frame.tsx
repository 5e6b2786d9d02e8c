import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';

import { useApprovalActivity } from '../../features/approvals/activity.ts';
import { useRunActivity } from '../../features/runs/activity.ts';
import { useHotkey } from '../../lib/hotkey.ts';
import { pathOf } from '../../lib/paths.ts';
import { useUser } from '../../lib/services.tsx';
import { CommandPalette } from './command-palette.tsx';
import { OfflineBar } from './connection.tsx';
import { useFrame } from './frame-store.ts';
import { Navigation } from './navigation.tsx';
import { TopBar } from './top-bar.tsx';

/** Lets in who is signed in; all others sign in first and come back. */
export function SignedInFrame() {
  const user = useUser();
  const { pathname, search } = useLocation();
  return user === null ? <Navigate to={pathOf.signIn(pathname + search)} replace /> : <Frame />;
}

function Frame() {
  const collapsed = useFrame((state) => state.collapsed);
  const toggle = useFrame((state) => state.toggle);
  const [menuOpen, setMenuOpen] = useState(false);
  const [paletteOpen, setPaletteOpen] = useState(false);
  useRunActivity();
  useApprovalActivity();
  useHotkey('mod+k', (event) => {
    event.preventDefault();
    setPaletteOpen((open) => !open);
  });
  return (
    <div className="flex h-dvh bg-canvas">
      <a
        href="#content"
        className="sr-only z-50 rounded-input bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <aside className={`hidden shrink-0 border-r border-line md:block ${collapsed ? 'w-14' : 'w-[220px]'}`}>
        <Navigation collapsed={collapsed} onToggle={toggle} />
      </aside>
      <PhoneNavigation open={menuOpen} onOpen={setMenuOpen} />
      <div className="flex min-w-0 flex-1 flex-col bg-surface">
        <TopBar onMenu={() => setMenuOpen(true)} onPalette={() => setPaletteOpen(true)} />
        <OfflineBar />
        <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto">
          <Outlet />
        </main>
      </div>
      <CommandPalette open={paletteOpen} onOpen={setPaletteOpen} />
    </div>
  );
}

function PhoneNavigation({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="animate-fade fixed inset-0 z-50 bg-black/40 md:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          data-modal
          className="fixed inset-y-0 left-0 z-50 w-[260px] border-r border-line bg-canvas md:hidden"
        >
          <Dialog.Title className="sr-only">Navigation</Dialog.Title>
          <Navigation collapsed={false} onNavigate={() => onOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
