import { lazy, Suspense } from 'react';

import type { Cite } from './citing.ts';

const NONE: readonly Cite[] = [];
const MarkdownBody = lazy(() => import('./markdown-body.tsx'));

interface MarkdownProps {
  children: string;
  /** What its numbers in brackets stand for. */
  cites?: readonly Cite[];
}

/** Markdown, shown as it is written until the renderer has come. */
export function Markdown({ children, cites = NONE }: MarkdownProps) {
  return (
    <Suspense fallback={<div className="prose whitespace-pre-wrap">{children}</div>}>
      <MarkdownBody cites={cites}>{children}</MarkdownBody>
    </Suspense>
  );
}
