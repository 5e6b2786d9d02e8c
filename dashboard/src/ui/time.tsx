import { useNow } from '../lib/clock.ts';
import { durationText, exactTime, leftText, relativeTime } from '../lib/format.ts';

/** How long ago; the exact instant on hover. */
export function TimeAgo({ at }: { at: string }) {
  const instant = Date.parse(at);
  const now = useNow(Date.now() - instant < 60_000 ? 1_000 : 30_000);
  return (
    <time dateTime={at} title={exactTime(instant)} className="tabular whitespace-nowrap">
      {relativeTime(instant, now)}
    </time>
  );
}

/** How long something took, or takes: then it counts. */
export function DurationOf({ from, to }: { from: string | null; to: string | null }) {
  const now = useNow(from !== null && to === null ? 100 : null);
  if (from === null) return <span className="text-ink-3">–</span>;
  const end = to === null ? now : Date.parse(to);
  return <span className="tabular whitespace-nowrap">{durationText(end - Date.parse(from))}</span>;
}

/** How long it is until an instant, counting down. */
export function TimeLeft({ until }: { until: string }) {
  const instant = Date.parse(until);
  const now = useNow(instant - Date.now() < 3_600_000 ? 500 : 30_000);
  return (
    <time dateTime={until} title={exactTime(instant)} className="tabular whitespace-nowrap">
      {leftText(instant - now)}
    </time>
  );
}
