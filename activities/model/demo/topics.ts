import type { Extract } from './extract.ts';
import { dateIn } from './facts.ts';

const WEEKDAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';

/** What a heading or a property may ask for by name, and how a sentence shows that it speaks of it. */
const TOPICS: readonly (readonly [RegExp, (sentence: string) => boolean])[] = [
  [
    /decision|agreed|resolved/i,
    says(/\b(?:decid|decision|agree|approv|resolv|chose|choose|settled|voted|will use)/i),
  ],
  [
    /action|to.?dos?\b|next.?step|task|follow.?up/i,
    says(
      `\\b(?:will|action|to.?do|must|needs? to|has to|have to|by ${WEEKDAY}|owner|deadline|follow.?up)\\b`,
    ),
  ],
  [
    /question|unclear|open.?point|gap/i,
    says(/\?|\b(?:unclear|unknown|open question|undecided|not yet|to be decided|tbd)\b/i),
  ],
  [
    /risk|concern|problem|issue|limit|weak|warning/i,
    says(
      /\b(?:risk|concern|problem|issue|fail|limit|cannot|danger|warn|lose|lost|delay|blocked|late|expensive)/i,
    ),
  ],
  [/recommend|advice|should/i, says(/\b(?:should|recommend|must|advis|better|prefer|suggest)/i)],
  [
    /date|deadline|time.?line|schedule/i,
    (sentence) => dateIn(sentence) !== undefined || says(`\\b(?:deadline|${WEEKDAY})\\b`)(sentence),
  ],
];

/** The sentences that speak of what a name asks for, by words that give it away; undefined for a name of no known topic. */
export function speakingOf(name: string, extracts: readonly Extract[]): Extract[] | undefined {
  const topic = TOPICS.find(([named]) => named.test(name));
  return topic === undefined ? undefined : extracts.filter(({ text }) => topic[1](text));
}

function says(pattern: RegExp | string): (sentence: string) => boolean {
  const sign = new RegExp(pattern, 'i');
  return (sentence) => sign.test(sentence);
}
