import { Plus, X } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { Link } from 'react-router';

import { type Run, Tag } from '../../../../contracts/run.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button } from '../../ui/button.tsx';
import { FieldError, Input } from '../../ui/field.tsx';
import { useTagRun } from './queries.ts';

const AT_MOST = 20;

/** The words that a run can be found by; each leads to the runs that have it too. */
export function RunTags({ run }: { run: Run }) {
  const mayTag = useMay('runs:update');
  const change = useTagRun(run.id);
  const [adding, setAdding] = useState(false);
  const { tags } = run;
  if (tags.length === 0 && !mayTag) return null;
  const save = (next: readonly string[]) =>
    change.mutate(next, {
      onError: toastFailure,
    });
  return (
    <div className="mt-2 flex flex-wrap items-center gap-1.5 text-sm">
      {tags.length > 0 && (
        <ul aria-label="Tags" className="flex flex-wrap gap-1.5">
          {tags.map((tag) => (
            <li key={tag} className="flex items-center rounded-full bg-sunken">
              <Link
                to={`${pathOf.runs}?tag=${encodeURIComponent(tag)}`}
                className="rounded-full px-2.5 py-0.5 hover:underline"
              >
                {tag}
              </Link>
              {mayTag && (
                <button
                  type="button"
                  aria-label={`Remove tag ${tag}`}
                  className="mr-1 flex size-5 items-center justify-center rounded-full text-ink-2 hover:bg-hover hover:text-ink"
                  onClick={() => save(tags.filter((other) => other !== tag))}
                >
                  <X className="size-3" aria-hidden />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayTag && !adding && tags.length < AT_MOST && (
        <Button variant="quiet" className="!h-6 !px-1.5 text-xs" onClick={() => setAdding(true)}>
          <Plus className="!size-3.5" aria-hidden /> Add tag
        </Button>
      )}
      {adding && (
        <NewTag
          onDone={(tag) => {
            setAdding(false);
            if (tag !== null && !tags.includes(tag)) save([...tags, tag]);
          }}
        />
      )}
    </div>
  );
}

/** Enter takes it, Esc does not. */
function NewTag({ onDone }: { onDone: (tag: string | null) => void }) {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const tag = Tag.safeParse(text);
    if (tag.success) onDone(tag.data);
    else setError('Write up to 60 characters without a comma.');
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-wrap items-center gap-2">
      <Input
        autoFocus
        aria-label="New tag"
        aria-invalid={error !== undefined}
        value={text}
        maxLength={60}
        className="!h-7 !w-44 !text-sm"
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text.trim() === '' && onDone(null)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone(null);
        }}
      />
      {error !== undefined && <FieldError>{error}</FieldError>}
    </form>
  );
}
