import { type KeyboardEvent, useState } from 'react';

import type { Message } from '../../../../contracts/conversation.ts';
import { useSubmissionKey } from '../../lib/submission-key.ts';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { usePage } from './page-context.ts';
import { useBranch } from './queries.ts';

/** Other words in place of a message: the conversation goes on from them in a branch of its own. */
export function EditMessage({ message }: { message: Message }) {
  const { conversation, edit } = usePage();
  const [text, setText] = useState(message.content);
  const branch = useBranch(conversation.id, () => edit(null));
  const keyOf = useSubmissionKey();
  const same = text.trim() === '' || text === message.content;
  const send = () => {
    if (same) return;
    const body = { kind: 'edit', messageId: message.id, content: text } as const;
    branch.mutate({ body, idempotencyKey: keyOf(body) });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      edit(null);
    }
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
  };
  return (
    <div className="flex flex-col gap-2 rounded-panel border border-line-strong bg-surface p-3">
      <TextArea
        autoFocus
        aria-label="Edit message"
        rows={Math.min(12, Math.max(3, text.split('\n').length))}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onFocus={({ target }) => target.setSelectionRange(text.length, text.length)}
        onKeyDown={onKey}
      />
      {branch.error !== null && <ErrorState error={branch.error} />}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="mr-auto text-xs text-ink-2">What followed stays as another version: nothing is lost.</p>
        <Button onClick={() => edit(null)}>Discard changes</Button>
        <Button variant="primary" disabled={same || branch.isPending} onClick={send}>
          {branch.isPending ? 'Sending …' : 'Go on from here'}
        </Button>
      </div>
    </div>
  );
}
