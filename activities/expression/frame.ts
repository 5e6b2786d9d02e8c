import { itemKeyOf, type NodePlace, scopesOf } from '../../contracts/place.ts';
import type { RunRecord } from '../../store/run-records.ts';

/** What expressions at a place can see. Those of another pipeline see nothing of what is around it: its `input` is the item. */
export interface Frame {
  /** The graphs whose nodes they see, their own first. */
  scopes: readonly NodePlace[];
  /** Where their `input` is, as `<path>/<iteration>/<index>`; undefined: it is the run's. */
  inputKey: string | undefined;
  /** Where their `item` is; undefined: there is none. */
  itemKey: string | undefined;
  index: number | undefined;
}

export function frameOf({ inside }: Pick<RunRecord, 'inside'>, place: NodePlace): Frame {
  const scopes = scopesOf(place);
  const own = scopes.findIndex(({ path }) => path.length > 0 && inside.has(path.join('.')));
  const visible = own === -1 ? scopes : scopes.slice(0, own + 1);
  const hasItem = own !== 0;
  const outermost = visible.at(-1);
  return {
    scopes: visible,
    inputKey: own === -1 || outermost === undefined ? undefined : itemKeyOf(outermost),
    itemKey: hasItem ? itemKeyOf(place) : undefined,
    index: hasItem ? place.indexes.at(-1) : undefined,
  };
}
