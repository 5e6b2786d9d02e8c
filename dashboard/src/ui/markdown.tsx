import { lazy, Suspense } from 'react';

const MarkdownBody = lazy(() => import('./markdown-body.tsx'));

/** Markdown, shown as it is written until the renderer has come. */
export function Markdown({ children }: { children: string }) {
  return (
    <Suspense fallback={<div className="prose whitespace-pre-wrap">{children}</div>}>
      <MarkdownBody>{children}</MarkdownBody>
    </Suspense>
  );
}
