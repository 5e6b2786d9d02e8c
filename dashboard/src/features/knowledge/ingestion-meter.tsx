import type { KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { progressText, shareOf } from './words.ts';

/** How much of a document is embedded; nothing once it all is, or before it is known how much that is. */
export function IngestionMeter({ document }: { document: KnowledgeDocument }) {
  const share = shareOf(document);
  if (share === undefined || document.status === 'completed') return null;
  return (
    <div className="mt-1 max-w-48">
      <ProgressBar
        label={`Embedding of ${document.name}`}
        share={share}
        words={progressText(document)}
        isRunning={document.status === 'embedding'}
      />
    </div>
  );
}
