import { Link, useSearchParams } from 'react-router';

import type { FoundChunk } from '../../../../contracts/knowledge.ts';
import type { FoundMemory } from '../../../../contracts/memory.ts';
import { scopeText } from '../../lib/memory-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { TimeAgo } from '../../ui/time.tsx';
import { ScoreBar } from './score-bar.tsx';
import type { Weight } from './search-request.ts';
import { KINDS } from './words.ts';

interface FoundListProps {
  items: readonly (FoundMemory | FoundChunk)[];
  /** The parts that a score can have. */
  counting: readonly Weight[];
}

/** What was found, the best first, each with what its score is made of. */
export function FoundList({ items, counting }: FoundListProps) {
  const highest = Math.max(...items.map(({ score }) => score));
  return (
    <ol className="flex flex-col">
      {items.map((item, place) => (
        <li key={item.id} className="flex gap-3 border-b border-line py-3">
          <span className="tabular w-6 shrink-0 text-right text-ink-2">{place + 1}</span>
          <div className="flex min-w-0 flex-1 flex-col gap-1.5">
            {'documentId' in item ? <ChunkWords chunk={item} /> : <MemoryWords memory={item} />}
            <ScoreBar score={item.score} parts={item.parts} counting={counting} highest={highest} />
          </div>
          <span className="tabular shrink-0 font-medium" title="Score">
            {item.score.toFixed(3)}
          </span>
        </li>
      ))}
    </ol>
  );
}

function MemoryWords({ memory }: { memory: FoundMemory }) {
  const [search] = useSearchParams();
  return (
    <>
      <Link
        to={{ pathname: pathOf.oneMemory(memory.id), search: search.toString() }}
        className="line-clamp-3 rounded-sm font-medium break-words hover:underline"
      >
        {memory.content}
      </Link>
      <p className="text-sm text-ink-2">
        {KINDS[memory.kind].label} · {scopeText(memory.scope, memory.scopeName)} ·{' '}
        <TimeAgo at={memory.createdAt} />
        {!memory.isEmbedded && ' · not embedded yet'}
      </p>
    </>
  );
}

function ChunkWords({ chunk }: { chunk: FoundChunk }) {
  const where = [
    chunk.documentName,
    ...chunk.headings,
    ...(chunk.page === null ? [] : [`page ${chunk.page}`]),
  ];
  return (
    <>
      <Link
        to={pathOf.document(chunk.documentId, chunk.id)}
        className="rounded-sm font-medium break-words hover:underline"
      >
        {where.join(' › ')}
      </Link>
      <p className="line-clamp-3 text-sm break-words whitespace-pre-wrap text-ink-2">{chunk.content}</p>
    </>
  );
}
