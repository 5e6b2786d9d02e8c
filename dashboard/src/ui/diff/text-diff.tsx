import { diffLines, diffWordsWithSpace } from 'diff';
import { useMemo } from 'react';

/** Longer texts are compared line by line: word by word takes too long. */
const WORDS_UP_TO = 20_000;
/** How much of an unchanged stretch is shown at each of its ends. */
const CONTEXT = 160;

/** Two texts in one: what is gone struck through, what is new underlined, and not by colour alone. */
export function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const parts = useMemo(() => {
    const short = before.length + after.length <= WORDS_UP_TO;
    return short ? diffWordsWithSpace(before, after) : diffLines(before, after);
  }, [before, after]);
  return (
    <pre
      tabIndex={0}
      aria-label={label}
      className="max-h-96 overflow-auto rounded-input border border-line bg-surface p-3 font-sans text-sm break-words whitespace-pre-wrap"
    >
      {parts.map(({ added, removed, value }, index) => {
        if (added)
          return (
            <ins key={index} className="bg-completed-wash text-completed underline">
              {value}
            </ins>
          );
        if (removed)
          return (
            <del key={index} className="bg-failed-wash text-failed line-through">
              {value}
            </del>
          );
        return (
          <span key={index} className="text-ink-2">
            {shortened(value)}
          </span>
        );
      })}
    </pre>
  );
}

const shortened = (text: string): string =>
  text.length <= 2 * CONTEXT + 20 ? text : `${text.slice(0, CONTEXT)} … ${text.slice(-CONTEXT)}`;
