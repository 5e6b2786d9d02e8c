/** Who says something, as agents read it. */
export interface Speaking {
  name: string;
  /** What an agent is for; null: not known. */
  role: string | null;
  isPerson: boolean;
  /** Its turn was stopped: that is not all that it would have said. */
  wasStopped?: boolean;
}

/** What somebody else said, in the form that tells agents who that was. Nobody can write another one's label into their own words. */
export function labelled({ name, role, isPerson, wasStopped }: Speaking, content: string): string {
  const as = isPerson ? 'person' : (role ?? 'agent');
  const status = wasStopped === true ? ' status="stopped"' : '';
  return `<message from="${attribute(name)}" role="${attribute(as)}"${status}>\n${unlabelled(content)}\n</message>`;
}

/** An answer as far as its agent speaks for itself: what it writes for others is left out. */
export function ownWords(answer: string): string {
  const others = answer.search(/<message\s+from=/i);
  return others === -1 ? answer : answer.slice(0, others).trimEnd();
}

/** What another one's label begins with. */
const LABEL_START = '<message from=';

/** Passes on of a growing answer what is its agent's own for sure. */
export function ownWordsOnly(told: (delta: string) => void): {
  push: (delta: string) => void;
  end: () => void;
} {
  // What has arrived and was not passed on yet.
  let held = '';
  const pass = (length: number): void => {
    if (length > 0) told(held.slice(0, length));
    held = held.slice(length);
  };
  let isCut = false;
  return {
    push: (delta) => {
      if (isCut) return;
      held += delta;
      const own = ownWords(held);
      isCut = own !== held;
      pass(isCut ? own.length : safeEnd(held));
    },
    end: () => {
      if (!isCut) pass(held.length);
    },
  };
}

/** Before white space at the end too: that is left out where a label follows. */
function safeEnd(text: string): number {
  const open = text.lastIndexOf('<');
  const tail = open === -1 ? '' : text.slice(open).toLowerCase().replaceAll(/\s+/g, ' ');
  const couldBegin = tail !== '' && LABEL_START.startsWith(tail);
  return text.slice(0, couldBegin ? open : undefined).trimEnd().length;
}

const attribute = (text: string): string =>
  text.replaceAll(/[\s"<>&]+/g, (found) => (found.trim() === '' ? ' ' : '_'));

const unlabelled = (content: string): string => content.replaceAll(/<(\/?message\b)/gi, '&lt;$1');
