/** The ring of those who gather. */
export function RingMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" fill="currentColor" aria-hidden className={className}>
      <circle cx="16" cy="5" r="4" />
      <circle cx="25.5" cy="10.5" r="3.4" opacity=".85" />
      <circle cx="25.5" cy="21.5" r="3" opacity=".7" />
      <circle cx="16" cy="27" r="2.7" opacity=".58" />
      <circle cx="6.5" cy="21.5" r="2.4" opacity=".46" />
      <circle cx="6.5" cy="10.5" r="2.1" opacity=".36" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <RingMark className="size-5 text-accent" />
      GatheRing
    </span>
  );
}
