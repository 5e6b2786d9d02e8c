const NEARLY = 0.8;

/** How much of a limit is used; from four fifths on it is coloured, and what it says stands beside it in words. */
export function Meter({ label, share, words }: { label: string; share: number; words: string }) {
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={words}
      className="mt-1 h-1.5 overflow-hidden rounded-full bg-line"
    >
      <div
        className={`h-full rounded-full ${share >= 1 ? 'bg-failed' : share >= NEARLY ? 'bg-waiting' : 'bg-accent'}`}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
