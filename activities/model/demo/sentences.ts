const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** After these a capital letter does not begin a sentence, which Unicode's rules (UAX 29) cannot know. */
const ABBREVIATION =
  /(?:^|[\s("'])(?:e\.g|i\.e|cf|vs|etc|dr|mr|mrs|ms|prof|st|no|nr|fig|vol|pp|approx|ca|bzw|z\.\s?b|d\.\s?h|u\.\s?a|[A-Z])\.\s*$/i;

/** The sentences of one paragraph, in order, each on one line. */
export function sentencesOf(paragraph: string): string[] {
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of segmenter.segment(paragraph.replace(/\s+/g, ' ').trim())) {
    open += segment;
    if (ABBREVIATION.test(segment)) continue;
    sentences.push(open.trim());
    open = '';
  }
  if (open.trim() !== '') sentences.push(open.trim());
  return sentences;
}
