import type { WhenBusy } from '../../../../contracts/conversation.ts';
import { WhenBusy as WhenBusySchema } from '../../../../contracts/conversation.ts';
import { Select } from '../../ui/field.tsx';

const WORDS: Record<WhenBusy, string> = {
  queue: 'When they have finished',
  steer: 'Steer whoever is speaking',
  interrupt: 'Stop them and answer this',
  reject: 'Only if nobody speaks by then',
};

/** What becomes of a message while agents speak. */
export function WhenBusyChoice({
  chosen,
  asks,
  onChoose,
}: {
  chosen: WhenBusy;
  /** The turn waits for a person. */
  asks: boolean;
  onChoose: (choice: WhenBusy) => void;
}) {
  return (
    <label className="flex items-center gap-2 text-sm text-ink-2">
      <span className="shrink-0">
        <span className="hidden sm:inline">
          {asks ? 'A turn is waiting for a person.' : 'A turn is under way.'}{' '}
        </span>
        Answer
      </span>
      <Select
        className="w-56"
        value={chosen}
        onChange={({ target }) => onChoose(WhenBusySchema.parse(target.value))}
      >
        {WhenBusySchema.options.map((option) => (
          <option key={option} value={option}>
            {WORDS[option]}
          </option>
        ))}
      </Select>
    </label>
  );
}
