/** How far something that is worked on has come, 0 to 1, and the same in words. Quiet where it rests. */
export function ProgressBar({
  label,
  share,
  words,
  isRunning,
}: {
  label: string;
  share: number;
  words: string;
  isRunning: boolean;
}) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share * 100)}
      aria-valuetext={words}
      className="h-1.5 overflow-hidden rounded-full bg-line"
    >
      <div
        className={`h-full rounded-full ${isRunning ? 'bg-running' : 'bg-quiet'}`}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
