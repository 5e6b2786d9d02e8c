import type { KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import { progressText, shareOf } from './words.ts';

/** How much of a document is embedded; nothing once it all is, or before it is known how much that is. */
export function IngestionMeter({ document }: { document: KnowledgeDocument }) {
  const share = shareOf(document);
  if (share === undefined || document.status === 'completed') return null;
  return (
    <div
      role="progressbar"
      aria-label={`Embedding of ${document.name}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share * 100)}
      aria-valuetext={progressText(document)}
      className="mt-1 h-1.5 max-w-48 overflow-hidden rounded-full bg-line"
    >
      <div
        className={`h-full rounded-full ${document.status === 'embedding' ? 'bg-running' : 'bg-quiet'}`}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
