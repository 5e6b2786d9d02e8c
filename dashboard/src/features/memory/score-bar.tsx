import type { ScoreParts } from '../../../../contracts/memory.ts';
import type { Weight } from './search-request.ts';

/** What a score is made of, by name; each has a colour of its own, and its name and number beside it. */
export const PARTS: Record<Weight, { label: string; explained: string; colour: string }> = {
  vector: { label: 'Meaning', explained: 'How near its meaning is.', colour: 'bg-(--part-vector)' },
  text: { label: 'Words', explained: 'How well its words fit.', colour: 'bg-(--part-text)' },
  recency: { label: 'Recency', explained: 'How new it is.', colour: 'bg-(--part-recency)' },
  importance: {
    label: 'Importance',
    explained: 'How important somebody said it is.',
    colour: 'bg-(--part-importance)',
  },
};

const numberText = (part: number): string => part.toFixed(3);

/** What a part was made from, where that tells more than its number. */
function madeOf(name: keyof typeof PARTS, parts: ScoreParts): string {
  if (name === 'vector' && parts.vectorRank !== null)
    return `nearest no. ${parts.vectorRank}${parts.similarity === null ? '' : `, similarity ${parts.similarity.toFixed(2)}`}`;
  if (name === 'text' && parts.textRank !== null) return `best no. ${parts.textRank}`;
  if (name === 'vector') return 'not among the nearest';
  if (name === 'text') return 'not found by words';
  return '';
}

interface ScoreBarProps {
  score: number;
  parts: ScoreParts;
  /** The parts that can count, in their order. */
  counting: readonly Weight[];
  /** Of the best result: as wide as there is room. */
  highest: number;
}

/** Why something was found, and here: each part of its score as long as it counts. */
export function ScoreBar({ score, parts, counting, highest }: ScoreBarProps) {
  const words = counting.map((name) => `${PARTS[name].label} ${numberText(parts[name])}`);
  return (
    <div className="score-parts flex flex-col gap-1.5">
      <div
        role="img"
        aria-label={`Score ${numberText(score)}: ${words.join(', ')}`}
        className="flex h-2 w-full gap-px overflow-hidden rounded-full bg-sunken"
      >
        {counting
          .filter((name) => parts[name] > 0)
          .map((name) => (
            <div
              key={name}
              className={`h-full min-w-0.5 ${PARTS[name].colour}`}
              style={{ width: `${highest > 0 ? (parts[name] / highest) * 100 : 0}%` }}
            />
          ))}
      </div>
      <ul aria-hidden className="flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink-2">
        {counting.map((name) => (
          <li key={name} className="flex items-baseline gap-1.5" title={PARTS[name].explained}>
            <span className={`size-2 rounded-full ${PARTS[name].colour}`} />
            {PARTS[name].label} <span className="tabular text-ink">{numberText(parts[name])}</span>
            {madeOf(name, parts) !== '' && <span>({madeOf(name, parts)})</span>}
          </li>
        ))}
        {parts.rerank !== null && (
          <li>
            Reranked <span className="tabular text-ink">{numberText(parts.rerank)}</span>
          </li>
        )}
      </ul>
    </div>
  );
}
