/** Words that say nothing of what a text is about are shorter than this, as a rule. */
const SHORTEST_WORD = 4;
/** Endings that do not change what a word is about. */
const ENDING = /(?:ing|ers?|ed|es|s|ly)$/u;

/**
 * How well each profile fits a text, between 0 and 1: the share of the text's words that the profile has too, where a word counts the more
 * the fewer profiles have it (TF-IDF, Spärck Jones 1972). 0 for all where the text has no word of any of them.
 */
export function relevanceOf(
  text: string,
  profiles: Readonly<Record<string, string>>,
): Record<string, number> {
  const said = wordsIn(text);
  const known = Object.entries(profiles).map(([id, profile]) => ({ id, words: wordsIn(profile) }));
  const weightOf = (word: string): number => {
    const holders = known.filter(({ words }) => words.has(word)).length;
    return holders === 0 ? 0 : Math.log(1 + known.length / holders);
  };
  const weights = new Map([...said].map((word) => [word, weightOf(word)]));
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return Object.fromEntries(
    known.map(({ id, words }) => {
      const shared = [...weights].reduce((sum, [word, weight]) => sum + (words.has(word) ? weight : 0), 0);
      return [id, all === 0 ? 0 : Math.round((shared / all) * 1e4) / 1e4];
    }),
  );
}

function wordsIn(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(
    words.filter((word) => word.length >= SHORTEST_WORD).map((word) => word.replace(ENDING, '')),
  );
}
