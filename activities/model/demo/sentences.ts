const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** After these a capital letter does not begin a sentence, which Unicode's rules (UAX 29) cannot know. */
const ABBREVIATION =
  /(?:^|[\s("'])(?:e\.g|i\.e|cf|vs|etc|dr|mr|mrs|ms|prof|st|no|nr|fig|vol|pp|approx|ca|bzw|z\.\s?b|d\.\s?h|u\.\s?a|[A-Z])\.\s*$/i;

/** No sentence that somebody wrote is longer; a text without full stops (a log, a table) is taken in pieces of that length. */
const LONGEST = 500;

/** The sentences of one paragraph, in order, each on one line and of at most 500 characters. */
export function sentencesOf(paragraph: string): string[] {
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of segmenter.segment(paragraph.replace(/\s+/g, ' ').trim())) {
    open += segment;
    if (ABBREVIATION.test(segment)) continue;
    sentences.push(...piecesOf(open.trim()));
    open = '';
  }
  if (open.trim() !== '') sentences.push(...piecesOf(open.trim()));
  return sentences;
}

/** Cut at spaces, where there are any. */
function piecesOf(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > LONGEST) {
    const space = rest.lastIndexOf(' ', LONGEST);
    const end = space > 0 ? space : LONGEST;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return rest === '' ? pieces : [...pieces, rest];
}
