import clsx from 'clsx';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';

import type { Turn, TurnToolCall } from '../../../../contracts/conversation.ts';
import { JsonTree } from '../../ui/json-tree.tsx';
import { type Status, StatusIcon } from '../../ui/status.tsx';

const WORDS: Record<TurnToolCall['status'], string> = {
  running: 'Uses',
  waiting: 'Wants to use',
  completed: 'Used',
  failed: 'Could not use',
  rejected: 'Was not allowed to use',
};
const LOOK: Record<TurnToolCall['status'], Status> = {
  running: 'running',
  waiting: 'waiting',
  completed: 'completed',
  failed: 'failed',
  rejected: 'rejected',
};

/** What a turn thought and did besides speaking: a quiet line each, which unfolds. */
export function ToolCalls({ turn }: { turn: Pick<Turn, 'toolCalls' | 'usage'> }) {
  const { reasoningTokens } = turn.usage;
  if (turn.toolCalls.length === 0 && reasoningTokens === 0) return null;
  return (
    <ul aria-label="Thinking and tools" className="mb-2 flex flex-col gap-0.5">
      {reasoningTokens > 0 && (
        <li className="px-1.5 text-sm text-ink-2">
          Thought first ({reasoningTokens.toLocaleString('en')} tokens; their text stays with the provider)
        </li>
      )}
      {turn.toolCalls.map((call) => (
        <li key={call.id}>
          <ToolCallLine call={call} />
        </li>
      ))}
    </ul>
  );
}

function ToolCallLine({ call }: { call: TurnToolCall }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={clsx(open && 'rounded-input border border-line bg-surface')}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full min-w-0 items-center gap-1.5 rounded-input px-1.5 py-0.5 text-left text-sm text-ink-2 hover:bg-hover"
      >
        <ChevronRight
          className={clsx('size-3.5 shrink-0 transition-transform duration-100', open && 'rotate-90')}
          aria-hidden
        />
        <StatusIcon status={LOOK[call.status]} className="size-3.5" />
        <span className="shrink-0">
          {WORDS[call.status]} <span className="mono text-ink">{call.name}</span>
        </span>
        {!open && <span className="mono min-w-0 truncate text-ink-3">{shortArguments(call)}</span>}
      </button>
      {open && (
        <div className="flex flex-col gap-2 border-t border-line px-3 py-2 text-sm">
          <div>
            <p className="text-xs text-ink-2">Arguments</p>
            <JsonTree value={call.arguments} openDepth={2} />
          </div>
          {call.result !== undefined && (
            <div>
              <p className="text-xs text-ink-2">
                {call.status === 'completed' ? 'Result' : 'What came of it'}
              </p>
              <pre
                tabIndex={0}
                className="mono mt-0.5 max-h-72 overflow-auto rounded-input bg-sunken p-2 break-words whitespace-pre-wrap"
              >
                {call.result}
              </pre>
            </div>
          )}
        </div>
      )}
    </div>
  );
}

const shortArguments = ({ arguments: given }: TurnToolCall): string =>
  Object.values(given)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(', ')
    .slice(0, 160);
