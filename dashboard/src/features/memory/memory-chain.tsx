import { Link, useSearchParams } from 'react-router';

import type { Memory, MemoryDetail } from '../../../../contracts/memory.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button } from '../../ui/button.tsx';
import { TextDiff } from '../../ui/diff/text-diff.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { useChangeMemory } from './queries.ts';
import { REASONS, sourceText } from './words.ts';

interface MemoryChainProps {
  memory: MemoryDetail;
  onChanged: (saved: Memory) => void;
}

/** Everything that took one another's place, newest first, with what became different each time. */
export function MemoryChain({ memory, onChanged }: MemoryChainProps) {
  const newest = memory.chain.at(-1);
  return (
    <section aria-label="History">
      <h3 className="mb-2 text-sm font-semibold">History</h3>
      <ol className="flex flex-col border-l border-line-strong">
        {memory.chain
          .map((version, place) => ({ version, before: memory.chain[place - 1] }))
          .toReversed()
          .map(({ version, before }) => (
            <li key={version.id} className="relative flex flex-col gap-1.5 pb-4 pl-4 last:pb-0">
              <span
                aria-hidden
                className={`absolute top-1.5 -left-[4.5px] size-2 rounded-full ${version === newest ? 'bg-accent' : 'bg-line-strong'}`}
              />
              <Version version={version} before={before} shown={version.id === memory.id} />
              {newest !== undefined && version !== newest && (
                <PutBack version={version} newest={newest} onChanged={onChanged} />
              )}
            </li>
          ))}
      </ol>
    </section>
  );
}

interface VersionProps {
  version: Memory;
  before: Memory | undefined;
  shown: boolean;
}

function Version({ version, before, shown }: VersionProps) {
  const [search] = useSearchParams();
  const reason = before?.supersedeReason ?? null;
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
        <span className="font-medium">{reason === null ? 'Remembered' : REASONS[reason]}</span>
        <span className="text-ink-2">
          <TimeAgo at={version.createdAt} /> by {sourceText(version.source)}
        </span>
        {shown ? (
          <span className="text-ink-2">(shown above)</span>
        ) : (
          <Link
            to={{ pathname: pathOf.oneMemory(version.id), search: search.toString() }}
            replace
            className="text-accent underline underline-offset-2"
          >
            Show
          </Link>
        )}
      </p>
      {before === undefined || before.content === version.content ? (
        <p className="text-sm break-words whitespace-pre-wrap text-ink-2">{version.content}</p>
      ) : (
        <TextDiff before={before.content} after={version.content} label="What became different" />
      )}
    </>
  );
}

function PutBack({
  version,
  newest,
  onChanged,
}: {
  version: Memory;
  newest: Memory;
  onChanged: (saved: Memory) => void;
}) {
  const change = useChangeMemory();
  const mayUpdate = useMay('memories:update');
  if (!mayUpdate) return null;
  const { content, importance, tags } = version;
  return (
    <Button
      className="self-start"
      disabled={change.isPending}
      onClick={() =>
        change.mutate(
          { id: newest.id, change: { content, importance, tags } },
          { onSuccess: onChanged, onError: toastFailure },
        )
      }
    >
      Put this version back
    </Button>
  );
}
