import { X } from 'lucide-react';
import { AlertDialog, Dialog } from 'radix-ui';
import type { ReactNode } from 'react';

import { Button } from './button.tsx';

interface ConfirmProps {
  /** What opens it. */
  trigger: ReactNode;
  title: string;
  /** What will happen, and what is kept. */
  children: ReactNode;
  /** The verb, as on the button that leads here. */
  confirm: string;
  /** The way back, said as what it keeps. */
  keep: string;
  /** Nothing is lost by it. */
  harmless?: boolean;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone, or that reaches far. */
export function Confirm({
  trigger,
  title,
  children,
  confirm,
  keep,
  harmless = false,
  onConfirm,
}: ConfirmProps) {
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="animate-fade fixed inset-0 z-50 bg-black/40" />
        <AlertDialog.Content className="animate-fade fixed top-1/2 left-1/2 z-50 w-[min(440px,calc(100vw-32px))] -translate-1/2 rounded-panel border border-line bg-raised p-5 shadow-float">
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 text-ink-2">{children}</div>
          </AlertDialog.Description>
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{keep}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button variant={harmless ? 'primary' : 'danger'} onClick={onConfirm}>
                {confirm}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

interface DrawerProps {
  title: ReactNode;
  /** A line below the title. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
}

/** Details at the right-hand side, over the page they belong to. Esc closes; its address is its own. */
export function Drawer({ title, subtitle, actions, onClose, children, footer, wide = false }: DrawerProps) {
  return (
    <Dialog.Root open modal={false} onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onInteractOutside={(event) => event.preventDefault()}
          className={`animate-drawer fixed inset-y-0 right-0 z-40 flex w-full flex-col border-l border-line bg-raised shadow-float ${wide ? 'sm:w-[640px]' : 'sm:w-[520px]'}`}
        >
          <div className="flex items-start gap-3 border-b border-line px-5 py-3">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="truncate text-lg font-semibold">{title}</Dialog.Title>
              {subtitle}
            </div>
            {actions}
            <Dialog.Close asChild>
              <Button variant="quiet" iconOnly aria-label="Close">
                <X aria-hidden />
              </Button>
            </Dialog.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4" tabIndex={-1}>
            {children}
          </div>
          {footer !== undefined && <div className="border-t border-line px-5 py-3">{footer}</div>}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
