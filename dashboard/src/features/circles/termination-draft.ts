import type { SimpleTermination, Termination } from '../../../../contracts/conversation-settings.ts';

/** When an exchange is over, as a form shows it: any of these, an empty one counts for nothing. */
export interface TerminationDraft {
  turns: string;
  text: string;
  costUsd: string;
  consensus: boolean;
}

/** What a form can show of a termination; null where it is composed otherwise, which only the API and the CLI edit. */
export function terminationDraftOf(termination: Termination): TerminationDraft | null {
  const parts = 'any' in termination ? termination.any : [termination];
  const draft = { turns: '', text: '', costUsd: '', consensus: false };
  const seen = new Set<string>();
  for (const part of parts) {
    if (!('kind' in part) || seen.has(part.kind)) return null;
    seen.add(part.kind);
    if (part.kind === 'maxTurns') draft.turns = String(part.turns);
    else if (part.kind === 'textMention') draft.text = part.text;
    else if (part.kind === 'maxCost') draft.costUsd = String(part.usd);
    else if (part.kind === 'consensus') draft.consensus = true;
    else if (part.kind !== 'external') return null;
  }
  return draft;
}

/** `external` where nothing else is said: people end it then. What is no number stays none, for the contract to refuse. */
export function terminationOf({ turns, text, costUsd, consensus }: TerminationDraft): Termination {
  const parts: SimpleTermination[] = [];
  if (turns.trim() !== '') parts.push({ kind: 'maxTurns', turns: Number(turns) });
  if (text.trim() !== '') parts.push({ kind: 'textMention', text: text.trim() });
  if (costUsd.trim() !== '') parts.push({ kind: 'maxCost', usd: Number(costUsd) });
  if (consensus) parts.push({ kind: 'consensus' });
  return parts.length === 0 ? { kind: 'external' } : { any: parts };
}
