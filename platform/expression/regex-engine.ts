import { RE2JS } from 're2js';

/** A pattern compiled for matching in time linear in the text; what `jsonata`'s `RegexEngine` option is made of. */
export interface RegexCache {
  compile(pattern: RegExp): RE2JS;
}

/**
 * Compiles each regular expression of a syntax tree once.
 * @throws Error when the pattern needs back-references or look-around, which have no linear-time matcher
 */
export const createRegexCache = (): RegexCache => {
  const compiled = new WeakMap<RegExp, RE2JS>();
  return {
    compile(pattern) {
      const known = compiled.get(pattern);
      if (known !== undefined) return known;
      const flags =
        (pattern.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (pattern.multiline ? RE2JS.MULTILINE : 0);
      const fresh = RE2JS.compile(RE2JS.translateRegExp(pattern.source), flags);
      compiled.set(pattern, fresh);
      return fresh;
    },
  };
};

/** A class with the part of `RegExp` that JSONata uses: `lastIndex` and `exec`. `onMatch` is told before each search. */
export const createRegexEngine = (cache: RegexCache, onMatch: () => void): RegExpConstructor => {
  class LinearRegExp {
    lastIndex = 0;
    readonly #pattern: RE2JS;
    #text: string | undefined;
    #matcher: ReturnType<RE2JS['matcher']> | undefined;

    constructor(pattern: RegExp) {
      this.#pattern = cache.compile(pattern);
    }

    exec(text: string): RegExpExecArray | null {
      onMatch();
      if (this.#matcher === undefined || this.#text !== text) {
        this.#matcher = this.#pattern.matcher(text);
        this.#text = text;
      }
      const matcher = this.#matcher;
      if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
        this.lastIndex = 0;
        return null;
      }
      const groups = Array.from(
        { length: matcher.groupCount() + 1 },
        (_, group) => matcher.group(group) ?? undefined,
      );
      this.lastIndex = matcher.end();
      // JSONata reads the groups and `index`, nothing else of a RegExpExecArray.
      return Object.assign(groups, { index: matcher.start() }) as unknown as RegExpExecArray;
    }
  }
  // The option asks for the type of the built-in constructor; JSONata calls `new Engine(regex)`, `exec` and `lastIndex` only.
  return Object.freeze(LinearRegExp) as unknown as RegExpConstructor;
};
