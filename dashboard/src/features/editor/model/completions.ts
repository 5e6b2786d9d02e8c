import { isJsonObject, type Json } from '../../../../../contracts/json.ts';
import { FUNCTIONS } from './jsonata-functions.ts';
import type { Bindings } from './sample-bindings.ts';

export interface Suggestion {
  label: string;
  detail?: string;
  info?: string;
  /** What is put in, where it is not the label. */
  apply?: string;
}

export interface Known {
  bindings: Bindings;
  /** Names of nodes by id. */
  names: ReadonlyMap<string, string>;
  /** Names of secrets, where secrets may be read. */
  secrets: readonly string[] | null;
}

export interface Suggested {
  /** How many characters before the cursor are replaced. */
  typed: number;
  suggestions: Suggestion[];
}

const PATH = /(?:[A-Za-z_]\w*(?:\[\d+\])?\.)*[A-Za-z_]?\w*$/;
const FUNCTION = /\$\w*$/;

/** Whether the end of a text with `{{ expressions }}` in it stands inside of one. */
export const isInsideBraces = (before: string): boolean =>
  before.lastIndexOf('{{') > before.lastIndexOf('}}');

/** What may come next in an expression, from what is written before the cursor. */
export function suggest(before: string, known: Known): Suggested {
  const called = FUNCTION.exec(before);
  if (called !== null)
    return {
      typed: called[0].length,
      suggestions: FUNCTIONS.map(([name, parameters, info]) => ({
        label: `$${name}`,
        detail: parameters,
        info,
        apply: `$${name}(`,
      })),
    };
  const path = PATH.exec(before)?.[0] ?? '';
  const before1 = before.charAt(before.length - path.length - 1);
  const steps = path.split('.');
  const typed = steps.pop() ?? '';
  if (steps.length === 0) {
    // Behind a dot that follows anything but a name, fields of an unknown value are meant.
    return before1 === '.'
      ? { typed: typed.length, suggestions: [] }
      : { typed: typed.length, suggestions: rootsOf(known) };
  }
  const [root = '', ...rest] = steps.map((stepped) => stepped.replace(/\[\d+\]$/, ''));
  if (root === 'secrets' && known.secrets !== null)
    return { typed: typed.length, suggestions: known.secrets.map((name) => ({ label: name })) };
  const value = rest.reduce<Json | undefined>(
    (at, key) => fieldsIn(at)?.[key],
    valueOfRoot(root, known.bindings),
  );
  return {
    typed: typed.length,
    suggestions: Object.entries(fieldsIn(value) ?? {}).map(([label, field]) => ({
      label,
      detail:
        root === 'nodes' && rest.length === 0 ? (known.names.get(label) ?? typeOf(field)) : typeOf(field),
      ...(!/^[A-Za-z_]\w*$/.test(label) && { apply: `\`${label}\`` }),
    })),
  };
}

function rootsOf({ bindings, secrets }: Known): Suggestion[] {
  const inItem: Suggestion[] =
    bindings.item === undefined
      ? []
      : [
          { label: 'item', detail: 'the entry of the list' },
          { label: 'index', detail: 'its number, from 0' },
        ];
  return [
    { label: 'input', detail: 'what the run was given' },
    { label: 'nodes', detail: 'outputs of nodes before' },
    ...inItem,
    { label: 'run', detail: 'this run' },
    ...(secrets === null ? [] : [{ label: 'secrets', detail: 'by name' }]),
  ];
}

function valueOfRoot(root: string, bindings: Bindings): Json | undefined {
  switch (root) {
    case 'input':
      return bindings.input;
    case 'nodes':
      return bindings.nodes;
    case 'run':
      return bindings.run;
    case 'item':
      return bindings.item;
    default:
      return undefined;
  }
}

/** JSONata looks into each entry of a list: the first one shows what there is. */
function fieldsIn(value: Json | undefined): Readonly<Record<string, Json>> | undefined {
  const one = Array.isArray(value) ? value[0] : value;
  return isJsonObject(one) ? one : undefined;
}

const typeOf = (value: Json): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? `list of ${value.length}`
      : typeof value === 'string'
        ? 'text'
        : typeof value;
