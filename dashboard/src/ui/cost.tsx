import { costText } from '../lib/format.ts';

const UNPRICED =
  'No price is known for this model, or it is free. Say what it costs in prices.yaml of the house (docs/operations.md, Costs).';

interface CostProps {
  usd: number;
  tokens: number;
  /** Absent where several may be added up. */
  provider?: string | undefined;
}

/** US dollars. A model that was used and cost nothing has no price, unless it is the demo. */
export function Cost({ usd, tokens, provider }: CostProps) {
  const unpriced = usd === 0 && tokens > 0 && provider !== undefined && provider !== 'demo';
  return unpriced ? (
    <span title={UNPRICED} className="font-normal text-ink-2">
      no price known
    </span>
  ) : (
    costText(usd)
  );
}

/** Of a row of costs by model, whose key is `<provider>/<model>`. */
export const providerIn = (key: string): string | undefined => key.split('/')[0];
