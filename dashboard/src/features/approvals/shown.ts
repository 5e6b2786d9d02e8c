/** Which approvals the inbox shows; lives in its address. */
export type Shown = 'mine' | 'waiting' | 'ended';

interface Choice {
  label: string;
  query: Record<string, string>;
  /** What an empty list says. */
  none: string;
}

export const SHOWN: Record<Shown, Choice> = {
  mine: { label: 'For you', query: { mine: 'true' }, none: 'Nothing waits for you' },
  waiting: { label: 'All waiting', query: { status: 'pending' }, none: 'Nothing waits for anybody' },
  ended: {
    label: 'Ended',
    query: { status: 'approved,rejected,expired,canceled' },
    none: 'Nothing has been decided yet',
  },
};

export function shownOf(search: URLSearchParams): Shown {
  const wanted = search.get('show');
  return wanted === 'waiting' || wanted === 'ended' ? wanted : 'mine';
}

/** The query part of an address that shows the same again. */
export const searchOf = (shown: Shown): string => (shown === 'mine' ? '' : `?show=${shown}`);
