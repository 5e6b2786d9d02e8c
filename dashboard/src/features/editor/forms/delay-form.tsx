import type { DraftNode } from '../model/draft.ts';
import { splitDuration } from '../model/durations.ts';
import { ChoiceOfTwo } from './choice-of-two.tsx';
import { ExpressionField } from './expression-field.tsx';
import { PlainForm, useConfigWriter } from './plain-form.tsx';

const WAYS = [
  ['duration', 'For a time'],
  ['computed', 'For a computed time'],
  ['until', 'Until an instant'],
] as const;
type Way = (typeof WAYS)[number][0];

const FIRST: Record<Way, DraftNode['config']> = {
  duration: { duration: '1 minute' },
  computed: { duration: '{{ input.minutes }} minutes' },
  until: { until: '' },
};

function wayOf({ duration, until }: DraftNode['config']): Way {
  if (until !== undefined) return 'until';
  return typeof duration === 'string' && duration !== '' && splitDuration(duration) === undefined
    ? 'computed'
    : 'duration';
}

/** How long, or until when. */
export function DelayForm({ node }: { node: DraftNode }) {
  const write = useConfigWriter(node);
  const way = wayOf(node.config);
  const { duration } = node.config;
  return (
    <>
      <ChoiceOfTwo
        legend="Wait"
        options={WAYS}
        value={way}
        onChange={(chosen) => write(FIRST[chosen], 'way')}
      />
      {way === 'computed' ? (
        <ExpressionField
          label="How long"
          hint='Has to come to a duration, such as "30 seconds" or "2 days".'
          path={['config', 'duration']}
          form="template"
          value={typeof duration === 'string' ? duration : ''}
          onChange={(text) => write({ duration: text }, 'duration')}
        />
      ) : (
        <PlainForm node={node} only={[way]} />
      )}
    </>
  );
}
