import type { ReactNode } from 'react';

/** A part of the inspector that folds. */
export function Section({
  title,
  note,
  open = false,
  children,
}: {
  title: string;
  note?: string;
  open?: boolean;
  children: ReactNode;
}) {
  return (
    <details open={open} className="group border-t border-line">
      <summary className="flex h-10 items-center gap-2 px-4 text-sm font-semibold hover:bg-hover">
        {title}
        {note !== undefined && <span className="truncate font-normal text-ink-2">{note}</span>}
      </summary>
      <div className="flex flex-col gap-4 px-4 pt-1 pb-4">{children}</div>
    </details>
  );
}
