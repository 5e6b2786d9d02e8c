import { Link } from 'react-router';

import type { Message } from '../../../../contracts/conversation.ts';
import type { Citation } from '../../../../contracts/knowledge.ts';
import { pathOf } from '../../lib/paths.ts';
import type { Cite } from '../../ui/citing.ts';

/** "handbook.pdf, Terms › Payment, page 4". */
const wordsOf = ({ documentName, headings, page }: Citation): string =>
  [
    documentName,
    ...(headings.length > 0 ? [headings.join(' › ')] : []),
    ...(page === null ? [] : [`page ${page}`]),
  ].join(', ');

export const citeOf = (citation: Citation): Cite => ({
  number: citation.number,
  to: pathOf.document(citation.documentId, citation.chunkId),
  words: wordsOf(citation),
});

/** What a message cites, one place after another. */
export function Sources({ message: { citations } }: { message: Message }) {
  if (citations.length === 0) return null;
  return (
    <ul aria-label="Sources" className="mt-2 flex flex-col gap-0.5 text-xs text-ink-2">
      {citations.map((citation) => (
        <li key={citation.number} className="flex gap-1.5">
          <span className="tabular shrink-0">[{citation.number}]</span>
          <Link
            to={pathOf.document(citation.documentId, citation.chunkId)}
            className="min-w-0 break-words underline underline-offset-2 hover:text-ink"
          >
            {wordsOf(citation)}
          </Link>
        </li>
      ))}
    </ul>
  );
}
