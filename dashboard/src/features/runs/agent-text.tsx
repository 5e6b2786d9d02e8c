import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import type { RunNode } from '../../../../contracts/run.ts';
import { textsOfNode, type TurnTexts } from './live.ts';
import { turnTextsQuery } from './queries.ts';

/** What an agent is writing right now, growing as it writes. */
export function AgentText({ runId, row }: { runId: string; row: RunNode }) {
  const { data: turns } = useQuery({
    ...turnTextsQuery(runId),
    select: (texts: TurnTexts) => textsOfNode(texts, row.path, row.iteration),
  });
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const length = turns?.reduce((sum, turn) => sum + turn.text.length, 0) ?? 0;
  useEffect(() => {
    // Stay at the end only for who is there: a reader who scrolled up is not moved.
    if (following.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [length]);
  const onScroll = () => {
    const { current } = box;
    if (current !== null)
      following.current = current.scrollHeight - current.scrollTop - current.clientHeight < 24;
  };
  return (
    <section aria-label="Text that is being written">
      <h3 className="mb-2 text-sm font-semibold">Writing</h3>
      <div
        ref={box}
        onScroll={onScroll}
        tabIndex={0}
        className="max-h-80 overflow-y-auto rounded-input border border-line bg-surface p-3"
      >
        {turns === undefined || length === 0 ? (
          <p className="text-ink-2">Waiting for the first words …</p>
        ) : (
          turns.map((turn, index) => (
            <div key={turn.turnId} className={index < turns.length - 1 ? 'mb-3 text-ink-2' : ''}>
              {turn.attempt > 1 && (
                <p className="mb-1 text-xs text-waiting">
                  Attempt {turn.attempt}: what was written before is void
                </p>
              )}
              <p className="break-words whitespace-pre-wrap">{turn.text}</p>
            </div>
          ))
        )}
      </div>
    </section>
  );
}
