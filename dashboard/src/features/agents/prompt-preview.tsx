import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useDeferredValue, useState } from 'react';

import { useApi } from '../../lib/services.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { type AgentDraft, voiceOf } from './agent-draft.ts';
import { promptPreviewQuery } from './queries.ts';

/** What the model is told of the agent, made of the draft as it stands while one types. */
export function PromptPreviewPanel({ draft }: { draft: AgentDraft }) {
  const [open, setOpen] = useState(true);
  return (
    <details
      className="group rounded-panel border border-line"
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className="flex cursor-pointer items-center gap-1.5 px-3 py-2 text-sm font-medium select-none">
        <ChevronRight aria-hidden className="size-4 text-ink-3 transition-transform group-open:rotate-90" />
        System prompt
        <span className="font-normal text-ink-2">as its model gets it</span>
      </summary>
      {open && <Preview draft={draft} />}
    </details>
  );
}

function Preview({ draft }: { draft: AgentDraft }) {
  const voice = useDeferredValue(voiceOf(draft));
  const { data, error, refetch } = useQuery({
    ...promptPreviewQuery(useApi(), voice),
    placeholderData: keepPreviousData,
  });
  if (data === undefined)
    return (
      <div className="border-t border-line p-3">
        {error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )}
      </div>
    );
  const { systemPrompt } = data;
  return (
    <div className="border-t border-line">
      <pre
        tabIndex={0}
        aria-label="System prompt"
        aria-live="off"
        className="mono max-h-96 overflow-auto p-3 leading-5 break-words whitespace-pre-wrap"
      >
        {systemPrompt}
      </pre>
      <div className="flex items-center justify-between gap-2 border-t border-line px-3 py-1.5 text-sm text-ink-2">
        <span className="tabular">{systemPrompt.length.toLocaleString('en')} characters</span>
        <CopyButton text={() => systemPrompt} />
      </div>
    </div>
  );
}
