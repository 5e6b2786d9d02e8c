import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';

import type { Run, RunNode } from '../../../../contracts/run.ts';
import { counted } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { ButtonLink } from '../../ui/button.tsx';
import type { GraphModel } from '../../ui/graph/graph-model.ts';
import { StatusIcon, statusWord } from '../../ui/status.tsx';
import { DurationOf } from '../../ui/time.tsx';
import { itemsOf, siblingsOf, spanOf } from './items.ts';
import { shownStatus } from './shown-status.ts';

const AT_ONCE = 50;

/** The items of a map, each with the nodes that it went through; of another pipeline, its nodes. */
export function MapItems({ run, model, map }: { run: Run; model: GraphModel; map: RunNode }) {
  const [shown, setShown] = useState(AT_ONCE);
  const items = itemsOf(run, map);
  const isMap = map.kind === 'map';
  const labelOf = (path: string) => model.nodes.find((node) => node.id === path)?.label ?? path;
  if (items.length === 0)
    return <p className="text-ink-2">{isMap ? 'No item has begun.' : 'None of its nodes has begun.'}</p>;
  return (
    <section>
      <h3 className="mb-2 text-sm font-semibold">
        {isMap ? counted(map.items ?? items.length, 'item') : 'Nodes inside'}
      </h3>
      <ol className="divide-y divide-line rounded-input border border-line text-sm">
        {items.slice(0, shown).map(({ index, nodes }) => (
          <li key={index} className="flex items-center gap-3 px-3 py-1.5">
            {isMap && <span className="tabular w-8 shrink-0 text-ink-2">{index + 1}</span>}
            <span className="flex min-w-0 flex-1 flex-wrap gap-x-3 gap-y-1">
              {nodes.map((node) => (
                <Link
                  key={node.path}
                  to={pathOf.runNode(run.id, node.path, node.iteration)}
                  className="flex items-center gap-1.5 rounded-sm hover:underline"
                >
                  <StatusIcon status={shownStatus(node)} /> {labelOf(node.path)}
                  <span className="sr-only">
                    {isMap && ` of item ${index + 1}`}, {statusWord(shownStatus(node))}
                  </span>
                </Link>
              ))}
            </span>
            <span className="text-ink-2">
              <DurationOf {...spanOf(nodes)} />
            </span>
          </li>
        ))}
      </ol>
      {items.length > shown && (
        <button
          type="button"
          className="mt-2 text-sm text-accent hover:underline"
          onClick={() => setShown(shown + AT_ONCE)}
        >
          Show {Math.min(AT_ONCE, items.length - shown)} more of {items.length - shown}
        </button>
      )}
    </section>
  );
}

/** Which item a node inside a map belongs to, and the way to its neighbours. */
export function ItemPager({ run, path, iteration }: { run: Run; path: string; iteration: string }) {
  const siblings = siblingsOf(run, path, iteration);
  const at = siblings.indexOf(iteration);
  const before = siblings[at - 1];
  const after = siblings[at + 1];
  if (siblings.length < 2) return null;
  return (
    <p className="mt-0.5 flex items-center gap-1 text-sm text-ink-2">
      <span className="tabular">
        Item {at + 1} of {siblings.length}
      </span>
      {before !== undefined && (
        <ButtonLink
          variant="quiet"
          iconOnly
          aria-label="The item before"
          to={pathOf.runNode(run.id, path, before)}
          className="!size-6"
        >
          <ChevronLeft aria-hidden />
        </ButtonLink>
      )}
      {after !== undefined && (
        <ButtonLink
          variant="quiet"
          iconOnly
          aria-label="The next item"
          to={pathOf.runNode(run.id, path, after)}
          className="!size-6"
        >
          <ChevronRight aria-hidden />
        </ButtonLink>
      )}
    </p>
  );
}
