import { StreamLanguage, type StringStream } from '@codemirror/language';

interface JsonataState {
  /** Curly braces open in the present expression. */
  depth: number;
  /** Whether a slash would begin a regular expression: after an operator, not after a value. */
  valueMayCome: boolean;
  /** Of a template: inside of `{{ }}`. */
  inside: boolean;
}

const begin = (inside: boolean): JsonataState => ({ depth: 0, valueMayCome: true, inside });
const KEYWORD = /^(?:and|or|in|true|false|null|function)\b/;
const ROOT = /^(?:input|nodes|run|item|index|secrets)\b/;

function token(stream: StringStream, state: JsonataState): string | null {
  if (stream.eatSpace()) return null;
  const before = state.valueMayCome;
  state.valueMayCome = false;
  if (stream.match(/^\/\*.*?(?:\*\/|$)/)) {
    state.valueMayCome = before;
    return 'comment';
  }
  if (before && stream.match(/^\/(?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[im]*/)) return 'regexp';
  if (stream.match(/^"(?:[^"\\]|\\.)*(?:"|$)/) || stream.match(/^'(?:[^'\\]|\\.)*(?:'|$)/)) return 'string';
  if (stream.match(/^`[^`]*`/)) return 'propertyName';
  if (stream.match(/^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return 'number';
  if (stream.match(/^\$\w*/)) return 'variableName';
  if (stream.match(KEYWORD)) {
    state.valueMayCome = true;
    return 'keyword';
  }
  if (stream.match(ROOT)) return 'typeName';
  if (stream.match(/^[A-Za-z_]\w*/)) return 'propertyName';
  const character = stream.next();
  if (character === '{') state.depth++;
  if (character === '}') state.depth = Math.max(0, state.depth - 1);
  state.valueMayCome = character !== ')' && character !== ']' && character !== '}';
  return 'operator';
}

/** Colours for JSONata. */
export const jsonata = StreamLanguage.define<JsonataState>({
  name: 'jsonata',
  startState: () => begin(true),
  token,
  languageData: { closeBrackets: { brackets: ['(', '[', '{', '"', "'"] } },
});

/** Colours for a text with `{{ JSONata }}` in it. */
export const template = StreamLanguage.define<JsonataState>({
  name: 'template',
  startState: () => begin(false),
  token(stream, state) {
    if (state.inside) {
      if (state.depth === 0 && stream.match('}}')) {
        state.inside = false;
        return 'brace';
      }
      return token(stream, state);
    }
    if (stream.match('\\{{')) return null;
    if (stream.match('{{')) {
      Object.assign(state, begin(true));
      return 'brace';
    }
    stream.next();
    while (!stream.eol() && !stream.match(/^\\?\{\{/, false)) stream.next();
    return null;
  },
  languageData: { closeBrackets: { brackets: ['{', '('] } },
});
