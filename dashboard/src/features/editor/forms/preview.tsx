import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';

import type { ExpressionPreview, PreviewExpression } from '../../../../../contracts/expression-preview.ts';
import type { Json } from '../../../../../contracts/json.ts';
import { counted } from '../../../lib/format.ts';
import { useApi } from '../../../lib/services.tsx';
import { JsonTree } from '../../../ui/json-tree.tsx';
import { previewQuery } from '../queries.ts';
import { useSettled } from '../use-checked.ts';

export interface Previewed {
  result: ExpressionPreview | undefined;
  /** What is shown is not yet of what is written. */
  pending: boolean;
  failed: boolean;
}

/** What a text comes to on sample data, a moment after the writing stops. */
export function usePreview(asked: PreviewExpression | null): Previewed {
  const api = useApi();
  const settled = useSettled(asked === null ? '' : JSON.stringify(asked), 300);
  const query = useQuery({
    // What was written as JSON a moment ago.
    ...previewQuery(api, settled === '' ? null : (JSON.parse(settled) as PreviewExpression)),
    placeholderData: keepPreviousData,
  });
  const now = asked === null ? '' : JSON.stringify(asked);
  return {
    result: settled === '' ? undefined : query.data,
    pending: settled !== now || query.isPlaceholderData,
    failed: query.isError,
  };
}

interface PreviewProps {
  previewed: Previewed;
  /** What it was computed on: "made-up data". */
  on?: string;
  /** Shows all of it. */
  tall?: boolean;
}

/** The value of an expression on sample data, or why there is none. */
export function Preview({ previewed: { result, pending, failed }, on, tall = false }: PreviewProps) {
  if (failed) return <Line>The preview could not be computed: the server does not answer.</Line>;
  if (result === undefined) return null;
  return (
    <div aria-label="Preview" role="group" className={pending ? 'opacity-60' : ''}>
      {on !== undefined && <p className="pb-1 text-xs text-ink-3">On {on} it comes to</p>}
      {result.ok ? (
        <Value value={result.value} tall={tall} />
      ) : (
        <p className="flex items-start gap-1.5 text-sm text-ink-2">
          <CircleAlert className="mt-0.5 size-4 shrink-0 text-waiting" aria-hidden />
          <span className="min-w-0 break-words">{result.failure.message}</span>
        </p>
      )}
    </div>
  );
}

const Line = ({ children }: { children: string }) => <p className="text-sm text-ink-2">{children}</p>;
const SHORT = 160;

function Value({ value, tall }: { value: Json; tall: boolean }) {
  const box = `rounded-input bg-sunken px-2.5 py-1.5 overflow-auto ${tall ? 'max-h-full' : 'max-h-44'}`;
  if (typeof value === 'string')
    return (
      <pre
        tabIndex={0}
        aria-label="Value"
        className={`mono leading-5 break-words whitespace-pre-wrap ${box}`}
      >
        {value === '' ? <span className="text-ink-3">an empty text</span> : value}
      </pre>
    );
  const short = JSON.stringify(value);
  if (short.length <= SHORT || value === null || typeof value !== 'object')
    return <pre className={`mono leading-5 break-words whitespace-pre-wrap ${box}`}>{short}</pre>;
  return (
    <div className={box} tabIndex={0} role="region" aria-label="Value">
      {Array.isArray(value) && (
        <p className="pb-1 text-xs text-ink-2">{counted(value.length, 'entry', 'entries')}</p>
      )}
      <JsonTree value={value} openDepth={1} />
    </div>
  );
}
