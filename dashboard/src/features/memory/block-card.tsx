import { Pencil } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import { BLOCK_CHARACTERS, type Memory } from '../../../../contracts/memory.ts';
import { wordsOf } from '../../lib/failure.ts';
import { audienceText, scopeText } from '../../lib/memory-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { Button } from '../../ui/button.tsx';
import { FieldError, TextArea } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { useChangeMemory } from './queries.ts';
import { useToldOfChange } from './use-told-of-change.ts';
import { sourceText } from './words.ts';

/** One block, edited where it stands. */
export function BlockCard({ block }: { block: Memory }) {
  const [editing, setEditing] = useState(false);
  const [search] = useSearchParams();
  const mayUpdate = useMay('memories:update');
  const name = block.name ?? '';
  return (
    <Panel
      title={
        <Link
          to={{ pathname: pathOf.oneMemory(block.id), search: search.toString() }}
          className="mono rounded-sm hover:underline"
        >
          {name}
        </Link>
      }
      actions={
        mayUpdate && !editing ? (
          <Button variant="quiet" aria-label={`Edit ${name}`} onClick={() => setEditing(true)}>
            <Pencil aria-hidden /> Edit
          </Button>
        ) : undefined
      }
    >
      <div className="flex flex-col gap-3 p-4">
        {editing ? (
          <BlockForm block={block} onClose={() => setEditing(false)} />
        ) : (
          <p className="break-words whitespace-pre-wrap">{block.content}</p>
        )}
        <p className="text-xs text-ink-2">
          {scopeText(block.scope, block.scopeName)} · seen by {audienceText(block.audience)} ·{' '}
          {sourceText(block.source)}, <TimeAgo at={block.createdAt} />
        </p>
      </div>
    </Panel>
  );
}

function BlockForm({ block, onClose }: { block: Memory; onClose: () => void }) {
  const [content, setContent] = useState(block.content);
  // What is saved is based on what was read: somebody else's change meanwhile is told, not written over.
  const [base] = useState(block);
  const change = useChangeMemory();
  const tell = useToldOfChange();
  const left = BLOCK_CHARACTERS - content.length;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    change.mutate(
      { id: base.id, change: { content: content.trim() } },
      {
        onSuccess: (saved) => {
          tell(base, saved, () => undefined);
          onClose();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <TextArea
        aria-label={`Content of ${block.name ?? 'the block'}`}
        autoFocus
        rows={6}
        value={content}
        onChange={({ target }) => setContent(target.value)}
      />
      {change.error !== null && <FieldError>{wordsOf(change.error).detail}</FieldError>}
      <div className="flex items-center justify-end gap-2">
        <span className={`mr-auto text-xs ${left < 0 ? 'text-failed' : 'text-ink-2'}`}>
          {left < 0
            ? `${(-left).toLocaleString('en')} characters too many`
            : `${left.toLocaleString('en')} characters left`}
        </span>
        <Button onClick={onClose}>{content === base.content ? 'Cancel' : 'Discard changes'}</Button>
        <Button
          type="submit"
          variant="primary"
          disabled={change.isPending || left < 0 || content.trim() === '' || content === base.content}
        >
          Save
        </Button>
      </div>
    </form>
  );
}
