/** Syntax nodes that copies of operands may add up to. */
const MAX_COPIED_WEIGHT = 100_000;
/** So few operators cannot make a large tree of a source of the permitted length. */
const HARMLESS_COUNT = 6;

const closingQuote = (source: string, start: number): number => {
  const quote = source.charAt(start);
  for (let position = start + 1; position < source.length; position++) {
    const character = source.charAt(position);
    if (character === quote) return position;
    if (character === '\\' && quote !== '`') position++;
  }
  return source.length;
};

/**
 * JSONata's parser copies the whole left side of `??` and `?:`, so `(((a ?? b) ?? c) ?? d)` doubles with each level and 30
 * levels fill any memory. This weighs a source before it is parsed: a bracket weighs what stands in it, and an operator
 * doubles what stands to its left since the last separator.
 * @returns what to tell the author, or undefined when the source is harmless
 */
export const defaultOperatorsExplode = (source: string): string | undefined => {
  if ((source.match(/\?[?:]/g)?.length ?? 0) <= HARMLESS_COUNT) return undefined;
  const frames = [{ done: 0, operand: 0 }];
  for (let position = 0; position < source.length; position++) {
    const frame = frames.at(-1) ?? { done: 0, operand: 0 };
    const character = source.charAt(position);
    frame.operand++;
    if (character === '"' || character === "'" || character === '`')
      position = closingQuote(source, position);
    else if (character === '/')
      return 'Too many ?? and ?: in one expression with a regular expression, comment or division; split the expression';
    else if ('([{'.includes(character)) frames.push({ done: 0, operand: 0 });
    else if (')]}'.includes(character) && frames.length > 1) {
      frames.pop();
      const outer = frames.at(-1);
      if (outer !== undefined) outer.operand += frame.done + frame.operand;
    } else if (',;'.includes(character)) {
      frame.done += frame.operand;
      frame.operand = 0;
    } else if (character === '?' && '?:'.includes(source.charAt(position + 1) || ' ')) {
      frame.done += 2 * frame.operand;
      frame.operand = 0;
      position++;
    }
    if (frame.done + frame.operand > MAX_COPIED_WEIGHT) return 'The defaults ?? and ?: are nested too deeply';
  }
  return undefined;
};
