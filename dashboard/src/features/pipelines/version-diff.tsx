import { useQuery } from '@tanstack/react-query';
import { Minus, Pencil, Plus } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Pipeline } from '../../../../contracts/pipeline.ts';
import type { PipelineDiff } from '../../../../contracts/pipeline-diff.ts';
import { useApi } from '../../lib/services.tsx';
import { ChangeList } from '../../ui/diff/change-list.tsx';
import { Select } from '../../ui/field.tsx';
import { kindOf } from '../../ui/graph/kinds.ts';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { versionDiffQuery } from './queries.ts';

interface VersionDiffProps {
  pipeline: Pipeline;
  versions: readonly number[];
  /** A number, or `draft`. */
  before: string;
  after: string;
  onCompare: (before: string, after: string) => void;
}

/** What is between two versions, or a version and the draft. */
export function VersionDiff({ pipeline, versions, before, after, onCompare }: VersionDiffProps) {
  const { data, error, refetch } = useQuery(versionDiffQuery(useApi(), pipeline, before, after));
  const choice = (label: string, value: string, onChoose: (word: string) => void) => (
    <Select
      aria-label={label}
      value={value}
      className="!h-8 !w-36 [&>select]:text-sm"
      onChange={(event) => onChoose(event.target.value)}
    >
      <option value="draft">The draft</option>
      {versions.map((version) => (
        <option key={version} value={version}>
          Version {version}
        </option>
      ))}
    </Select>
  );
  return (
    <section aria-label="What changed" className="min-w-0">
      <div className="mb-3 flex flex-wrap items-center gap-2 text-sm text-ink-2">
        <h2 className="text-sm font-semibold text-ink">What changed</h2>
        from {choice('From', before, (word) => onCompare(word, after))}
        to {choice('To', after, (word) => onCompare(before, word))}
      </div>
      {data !== undefined ? (
        <Differences diff={data} />
      ) : error === null ? (
        <SkeletonRows rows={3} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </section>
  );
}

function Differences({ diff }: { diff: PipelineDiff }) {
  const { identical, settings, nodes, edges } = diff;
  if (identical) return <p className="text-ink-2">Nothing: both are the same.</p>;
  return (
    <div className="flex flex-col gap-4">
      {settings.length > 0 && (
        <Entry icon={Pencil} look="text-running" title="Settings">
          <ChangeList changes={settings} label="Changed settings" />
        </Entry>
      )}
      {nodes.changed.map(({ id, changes }) => (
        <Entry key={id} icon={Pencil} look="text-running" title={`Node ${id} is changed`}>
          <ChangeList changes={changes} label={`Changes of ${id}`} />
        </Entry>
      ))}
      {nodes.added.map((node) => (
        <Entry
          key={node.id}
          icon={Plus}
          look="text-completed"
          title={`Node ${node.id} is new (${kindOf(node.type).word.toLowerCase()})`}
        />
      ))}
      {nodes.removed.map((node) => (
        <Entry
          key={node.id}
          icon={Minus}
          look="text-failed"
          title={`Node ${node.id} is gone (${kindOf(node.type).word.toLowerCase()})`}
        />
      ))}
      {edges.added.map((edge) => (
        <Entry key={wordsOf(edge)} icon={Plus} look="text-completed" title={`Edge ${wordsOf(edge)} is new`} />
      ))}
      {edges.removed.map((edge) => (
        <Entry key={wordsOf(edge)} icon={Minus} look="text-failed" title={`Edge ${wordsOf(edge)} is gone`} />
      ))}
      {edges.changed.map((edge) => (
        <Entry
          key={wordsOf(edge)}
          icon={Pencil}
          look="text-running"
          title={`Edge ${wordsOf(edge)} is changed`}
        >
          <ChangeList changes={edge.changes} label={`Changes of the edge ${wordsOf(edge)}`} />
        </Entry>
      ))}
    </div>
  );
}

const wordsOf = ({ from, to, port }: { from: string; to: string; port?: string | undefined }): string =>
  `${from}${port === undefined || port === 'default' ? '' : ` (${port})`} → ${to}`;

interface EntryProps {
  icon: typeof Plus;
  look: string;
  title: string;
  children?: ReactNode;
}

function Entry({ icon: Icon, look, title, children }: EntryProps) {
  return (
    <div>
      <h3 className="mb-1 flex items-center gap-1.5 text-sm font-medium">
        <Icon className={`size-4 shrink-0 ${look}`} aria-hidden /> {title}
      </h3>
      {children}
    </div>
  );
}
