import type {
  ConversationInput,
  ConversationProgress,
  ConversationState,
} from '../../contracts/conversation-state.ts';
import type { NumberedTurn } from './next-move.ts';

/** What one execution of a conversation's workflow knows: the state that was read last, what it was told of since, and what is under way. */
export class LiveConversation {
  readonly input: ConversationInput;
  /** Set when the history is long and somebody waits: what waits goes on waiting in the next execution. */
  draining = false;
  /** Its run continues as new: this workflow ends between two turns, and another one goes on with the conversation. */
  handsBack = false;
  /** Much of it no longer fits into a prompt. */
  needsSummary = false;
  private latest: ConversationState | null = null;
  private heard = 0;
  private readonly underWay = new Map<number, { turn: NumberedTurn; doing: string }>();

  constructor(input: ConversationInput) {
    this.input = input;
  }

  get id(): string {
    return this.input.conversationId;
  }

  get state(): ConversationState {
    if (this.latest === null) throw new TypeError('the conversation has not been read');
    return this.latest;
  }

  /** There is something to read that the state does not hold. */
  get isBehind(): boolean {
    return this.heard > (this.latest?.revision ?? 0);
  }

  hear(revision: number): void {
    this.heard = Math.max(this.heard, revision);
  }

  /** Takes over a state, unless a later one is there: activities that run at the same time may end in any order. */
  adopt(state: ConversationState): void {
    if (this.latest === null || state.revision >= this.latest.revision) this.latest = state;
  }

  /** The same for what was read after all that was heard then. Less than was heard is all there is: a database may have been restored. */
  adoptRead(state: ConversationState, heard: number): void {
    this.adopt(state);
    if (this.heard === heard) this.heard = Math.min(heard, state.revision);
  }

  /** Whether a turn has begun and not ended, as far as is known. */
  isOpen(number: number): boolean {
    return this.state.openTurns.some((turn) => turn.number === number);
  }

  /** Somebody wants a turn to end, or all of them. */
  isToStop(number: number): boolean {
    const { control, openTurns } = this.state;
    return control === 'ended' || openTurns.some((turn) => turn.number === number && turn.stopRequested);
  }

  nameOf(agentId: string): string {
    return this.state.speakers.find(({ id }) => id === agentId)?.name ?? 'an agent';
  }

  /** For people: what a turn does at this moment; undefined: it is over. */
  show(turn: NumberedTurn, doing: string | undefined): void {
    if (doing === undefined) this.underWay.delete(turn.number);
    else this.underWay.set(turn.number, { turn, doing });
  }

  describe(): ConversationProgress {
    const turns = [...this.underWay.values()].map(({ turn: { number, agentId, purpose }, doing }) => ({
      ...{ number, purpose, doing, agent: this.nameOf(agentId) },
    }));
    return { state: this.latest, heard: this.heard, turns };
  }
}
