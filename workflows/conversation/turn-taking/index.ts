import type { ConversationMode } from '../../../contracts/conversation-settings.ts';
import { brainstorm } from './brainstorm.ts';
import { debate } from './debate.ts';
import { facilitatorLed } from './facilitator-led.ts';
import { freeForm } from './free-form.ts';
import { handoff } from './handoff.ts';
import { humanModerated } from './human-moderated.ts';
import { mentionBased } from './mention-based.ts';
import { review } from './review.ts';
import { roundRobin } from './round-robin.ts';
import type { TurnTaking } from './turn-taking.ts';

/** The modes of conversations, one plain function each. */
export const TURN_TAKING: Readonly<Record<ConversationMode, TurnTaking>> = {
  round_robin: roundRobin,
  mention_based: mentionBased,
  free_form: freeForm,
  facilitator_led: facilitatorLed,
  handoff,
  brainstorm,
  debate,
  review,
  human_moderated: humanModerated,
};
