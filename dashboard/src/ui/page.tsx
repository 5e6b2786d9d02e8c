import clsx from 'clsx';
import { ChevronRight } from 'lucide-react';
import { Fragment, type ReactNode, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { Link } from 'react-router';

export const BREADCRUMB_ID = 'breadcrumb';

export interface Crumb {
  label: string;
  to?: string;
}

interface PageProps {
  /** From the area down to this page; shown in the top bar, and the last one in the browser's tab. */
  crumbs: readonly [Crumb, ...Crumb[]];
  /** Takes the whole width; else at most 1,440 px. */
  wide?: boolean;
  /** Takes the whole area below the top bar, without margins: a canvas. */
  full?: boolean;
  children: ReactNode;
}

export function Page({ crumbs, wide = false, full = false, children }: PageProps) {
  return (
    <div
      className={clsx(
        'mx-auto w-full',
        full ? 'h-full' : 'px-4 py-5 sm:px-6',
        !wide && !full && 'max-w-[1440px]',
      )}
    >
      <title>{`${crumbs
        .map((crumb) => crumb.label)
        .reverse()
        .join(' · ')} · GatheRing`}</title>
      <Breadcrumb crumbs={crumbs} />
      {children}
    </div>
  );
}

function Breadcrumb({ crumbs }: { crumbs: readonly Crumb[] }) {
  // The top bar is drawn before any page and stays.
  const target = useSyncExternalStore(
    () => () => undefined,
    () => document.getElementById(BREADCRUMB_ID),
  );
  if (target === null) return null;
  const trail = crumbs.map((crumb, index) => {
    const last = index === crumbs.length - 1;
    return (
      <Fragment key={`${index}-${crumb.label}`}>
        {index > 0 && <ChevronRight className="size-3.5 shrink-0 text-ink-3" aria-hidden />}
        <li className={clsx('min-w-0 truncate', !last && 'hidden shrink-0 sm:block')}>
          {crumb.to === undefined || last ? (
            <span
              {...(last && { 'aria-current': 'page' as const })}
              className={last ? 'font-medium' : 'text-ink-2'}
            >
              {crumb.label}
            </span>
          ) : (
            <Link to={crumb.to} className="rounded-sm text-ink-2 hover:text-ink">
              {crumb.label}
            </Link>
          )}
        </li>
      </Fragment>
    );
  });
  return createPortal(
    <ol className="flex min-w-0 items-center gap-1 text-sm [&>svg]:hidden sm:[&>svg]:block">{trail}</ol>,
    target,
  );
}
