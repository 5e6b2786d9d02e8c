import type { Json } from '../../../../contracts/json.ts';
import { counted } from '../../lib/format.ts';
import type { JsonChange } from './json-changes.ts';
import { TextDiff } from './text-diff.tsx';

const AT_MOST = 60;
/** Longer texts are shown with their differences marked. */
const TEXT_LENGTH = 60;

/** Places that differ, each with what stood there and what stands there now. */
export function ChangeList({ changes, label }: { changes: readonly JsonChange[]; label: string }) {
  return (
    <div>
      <ul aria-label={label} className="divide-y divide-line rounded-input border border-line text-sm">
        {changes.slice(0, AT_MOST).map((change) => (
          <li key={change.path} className="px-3 py-2">
            {change.path !== '' && <p className="mono mb-1 break-words text-ink-2">{change.path}</p>}
            <OneChange change={change} />
          </li>
        ))}
      </ul>
      {changes.length > AT_MOST && (
        <p className="mt-2 text-sm text-ink-2">And {counted(changes.length - AT_MOST, 'more place')}.</p>
      )}
    </div>
  );
}

function OneChange({ change: { path, before, after } }: { change: JsonChange }) {
  if (typeof before === 'string' && typeof after === 'string' && before.length + after.length > TEXT_LENGTH)
    return (
      <TextDiff before={before} after={after} label={`Differences of ${path === '' ? 'the text' : path}`} />
    );
  return (
    <p className="mono flex flex-wrap gap-x-2 gap-y-1 leading-5 break-all">
      <Side word="Before" value={before} look="bg-failed-wash text-failed" />
      <span aria-hidden className="text-ink-3">
        →
      </span>
      <Side word="After" value={after} look="bg-completed-wash text-completed" />
    </p>
  );
}

function Side({ word, value, look }: { word: string; value: Json | undefined; look: string }) {
  return (
    <span className="min-w-0 whitespace-pre-wrap">
      <span className="sr-only">{word}: </span>
      {value === undefined ? (
        <span className="text-ink-3">nothing</span>
      ) : (
        <span className={`rounded-sm px-1 ${look}`}>{JSON.stringify(value, null, 1)}</span>
      )}
    </span>
  );
}
