import clsx from 'clsx';
import type { ReactNode } from 'react';

/** A bordered area with a quiet heading; borders, not shadows, set it apart. */
export function Panel({
  title,
  actions,
  children,
  className,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section
      className={clsx('min-w-0 overflow-hidden rounded-panel border border-line bg-surface', className)}
    >
      {title !== undefined && (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-1.5">
          <h2 className="text-sm font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}

/** Name of the page, what it is, and what can be done on it. */
export function PageHeader({
  title,
  description,
  actions,
}: {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 pb-5">
      <div className="min-w-0 flex-1 basis-72">
        <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
        {description !== undefined && <div className="mt-1 max-w-prose text-ink-2">{description}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

/** Pairs of a name and a value. */
export function Facts({ items }: { items: readonly (readonly [string, ReactNode] | false)[] }) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
      {items.flatMap((item) =>
        item === false
          ? []
          : [
              <dt key={`${item[0]}-name`} className="text-ink-2">
                {item[0]}
              </dt>,
              <dd key={item[0]} className="min-w-0 break-words">
                {item[1]}
              </dd>,
            ],
      )}
    </dl>
  );
}
