import clsx from 'clsx';
import { type LucideIcon, RotateCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

import { wordsOf } from '../lib/failure.ts';
import { Button } from './button.tsx';

/** A grey shape where something is about to be. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={clsx('animate-pulse rounded-input bg-sunken', className)} />;
}

/** Rows that are about to be. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-2 py-2">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} className="h-9" />
      ))}
    </div>
  );
}

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  /** What the place is for, with an example. */
  children: ReactNode;
  /** The one button that starts it. */
  action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-start gap-3 rounded-panel border border-dashed border-line-strong p-6 sm:p-8">
      <Icon className="size-5 text-ink-3" aria-hidden />
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="max-w-prose text-ink-2">{children}</div>
      {action}
    </div>
  );
}

interface ErrorStateProps {
  error: unknown;
  onRetry?: () => void;
  /** Another way on, a link back for example. */
  action?: ReactNode;
}

/** Says what happened and what can be done, in place of what could not be shown. */
export function ErrorState({ error, onRetry, action }: ErrorStateProps) {
  const { title, detail, advice, requestId } = wordsOf(error);
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-3 rounded-panel border border-line bg-failed-wash p-5"
    >
      <div className="flex items-start gap-2.5">
        <TriangleAlert className="mt-0.5 size-4 shrink-0 text-failed" aria-hidden />
        <div className="flex min-w-0 flex-col gap-1">
          <p className="font-semibold">{title}</p>
          {detail !== title && <p className="break-words text-ink-2">{detail}</p>}
          <p className="text-ink-2">{advice}</p>
          {requestId !== undefined && requestId !== '' && (
            <p className="mono text-ink-2">Request {requestId}</p>
          )}
        </div>
      </div>
      {(onRetry !== undefined || action !== undefined) && (
        <div className="flex flex-wrap gap-2 pl-6.5">
          {onRetry !== undefined && (
            <Button onClick={onRetry}>
              <RotateCw aria-hidden /> Try again
            </Button>
          )}
          {action}
        </div>
      )}
    </div>
  );
}
