import { CircleAlert, LoaderCircle } from 'lucide-react';

import { wordsOf } from '../../lib/failure.ts';
import { useUser } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import type { Outgoing } from './outbox.ts';
import { Speech } from './speech.tsx';

interface OutgoingViewProps {
  outgoing: Outgoing;
  onRetry: () => void;
  onDrop: () => void;
}

/** What the person has sent and nobody else sees yet. */
export function OutgoingView({ outgoing, onRetry, onDrop }: OutgoingViewProps) {
  const name = useUser()?.name ?? 'You';
  const { error } = outgoing;
  return (
    <Speech
      label={`${name}, you, ${error === undefined ? 'being sent' : 'not sent'}`}
      name={name}
      colour={null}
      facts={
        error === undefined ? (
          <span className="flex items-center gap-1">
            <LoaderCircle className="size-3.5 animate-spin" aria-hidden /> Sending
          </span>
        ) : undefined
      }
    >
      <div className={error === undefined ? 'text-ink-2' : ''}>
        <Markdown>{outgoing.content}</Markdown>
      </div>
      {error !== undefined && <NotSent error={error} onRetry={onRetry} onDrop={onDrop} />}
    </Speech>
  );
}

function NotSent({ error, onRetry, onDrop }: Omit<OutgoingViewProps, 'outgoing'> & { error: unknown }) {
  const { title, detail } = wordsOf(error);
  return (
    <div role="alert" className="mt-2 flex flex-wrap items-center gap-2 text-sm">
      <CircleAlert className="size-4 shrink-0 text-failed" aria-hidden />
      <p className="min-w-0 flex-1 basis-60 break-words">
        <span className="font-medium text-failed">Not sent.</span> {title}
        {detail !== title && `: ${detail}`}
      </p>
      <Button onClick={onRetry}>Try again</Button>
      <Button variant="quiet" onClick={onDrop}>
        Put back to edit
      </Button>
    </div>
  );
}
