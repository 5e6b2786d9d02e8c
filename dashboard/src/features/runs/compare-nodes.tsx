import clsx from 'clsx';
import { ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';

import type { Run } from '../../../../contracts/run.ts';
import { costText, counted, durationText } from '../../lib/format.ts';
import { modelOf } from '../../ui/graph/graph-model.ts';
import { StatusIcon, statusWord } from '../../ui/status.tsx';
import { type ComparedNode, compareRuns, costOf, tookMs } from './compare-runs.ts';
import { NodeDifference } from './node-difference.tsx';
import { shownStatus } from './shown-status.ts';

const AT_ONCE = 100;

const WORDS: Record<ComparedNode['difference'], string> = {
  same: 'The same',
  status: 'Ended otherwise',
  output: 'Another output',
  unknown: 'Open to compare',
  onlyBefore: 'In the first only',
  onlyAfter: 'In the second only',
};

/** The nodes of two runs side by side; a line opens to what is different. */
export function CompareNodes({ before, after }: { before: Run; after: Run }) {
  const nodes = useMemo(() => compareRuns(before, after), [before, after]);
  const [all, setAll] = useState(false);
  const [shown, setShown] = useState(AT_ONCE);
  const different = nodes.filter(({ difference }) => difference !== 'same');
  const listed = all ? nodes : different;
  const labels = useMemo(() => {
    const drawn = [before, after].flatMap((run) => modelOf(run.definition, null, run.pipelines).nodes);
    return new Map(drawn.map(({ id, label }) => [id, label]));
  }, [before, after]);
  return (
    <section>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-sm font-semibold">
          {different.length === 0
            ? 'No node differs'
            : `${counted(different.length, 'node')} of ${nodes.length} ${different.length === 1 ? 'differs' : 'differ'}`}
        </h2>
        <label className="flex items-center gap-2 text-sm text-ink-2">
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => setAll(event.target.checked)}
            className="size-4 accent-accent"
          />
          Show those that are the same
        </label>
      </div>
      {listed.length > 0 && (
        <ol
          className="divide-y divide-line rounded-panel border border-line text-sm"
          aria-label="Nodes compared"
        >
          {listed.slice(0, shown).map((node) => (
            <NodeLine key={node.key} node={node} label={labelOf(node, labels)} runs={[before, after]} />
          ))}
        </ol>
      )}
      {listed.length > shown && (
        <button
          type="button"
          className="mt-2 text-accent hover:underline"
          onClick={() => setShown(shown + AT_ONCE)}
        >
          Show {Math.min(AT_ONCE, listed.length - shown)} more
        </button>
      )}
    </section>
  );
}

function labelOf({ path, iteration }: ComparedNode, labels: ReadonlyMap<string, string>): string {
  const name = labels.get(path) ?? path;
  return path.includes('.')
    ? `${name} · ${iteration
        .split('.')
        .map((index) => Number(index) + 1)
        .join('.')}`
    : name;
}

interface NodeLineProps {
  node: ComparedNode;
  label: string;
  runs: readonly [Run, Run];
}

function NodeLine({ node, label, runs }: NodeLineProps) {
  const [open, setOpen] = useState(false);
  const same = node.difference === 'same';
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="grid w-full grid-cols-[minmax(0,1fr)] items-center gap-x-4 gap-y-1 px-3 py-2 text-left hover:bg-hover sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,2fr)_minmax(0,2fr)]"
      >
        <span className="flex min-w-0 items-center gap-1.5">
          <ChevronRight
            className={clsx('size-3.5 shrink-0 transition-transform duration-100', open && 'rotate-90')}
            aria-hidden
          />
          <span className="truncate font-medium">{label}</span>
        </span>
        <span className={same ? 'text-ink-2' : 'font-medium'}>{WORDS[node.difference]}</span>
        <Side node={node.before} />
        <Side node={node.after} />
      </button>
      {open && (
        <div className="px-3 pt-1 pb-3 sm:pl-8">
          <NodeDifference node={node} runs={runs} />
        </div>
      )}
    </li>
  );
}

function Side({ node }: { node: ComparedNode['before'] }) {
  if (node === undefined) return <span className="text-ink-3">–</span>;
  const took = tookMs(node);
  const cost = costOf(node);
  return (
    <span className="tabular flex min-w-0 flex-wrap items-center gap-x-1.5 text-ink-2">
      <StatusIcon status={shownStatus(node)} /> {statusWord(shownStatus(node))}
      {node.takenOver === true ? ' · taken over' : took !== undefined && ` · ${durationText(took)}`}
      {cost !== undefined && ` · ${costText(cost)}`}
    </span>
  );
}
