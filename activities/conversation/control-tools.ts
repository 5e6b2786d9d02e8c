import type { Participant, TurnPurpose } from '../../contracts/conversation.ts';
import type { ConversationMode, Termination } from '../../contracts/conversation-settings.ts';
import type { JsonSchema } from '../../contracts/json.ts';
import type { ToolCall, ToolDescription } from '../../contracts/model.ts';
import type { TurnEnding } from '../../store/conversation-turns.ts';

/** What a turn tells its mode. */
export type TurnSaid = Omit<TurnEnding['said'], 'mentions' | 'texts' | 'citations'>;

/** Where a turn stands: what its control tools follow from. */
export interface ControlPlace {
  mode: ConversationMode;
  purpose: TurnPurpose;
  termination: Termination;
  /** Whose turn it is. */
  self: { id: string };
  members: readonly Participant[];
}

/** What became of a call of a control tool. */
export type ControlAnswer = { said: TurnSaid; sentence: string } | { error: string };

const WHY = { type: 'string', description: 'One short sentence' };

/** Tools that change nothing in the world: they tell the mode of the conversation what comes next. */
export function controlToolsFor(place: ControlPlace): ToolDescription[] {
  const { purpose, mode } = place;
  const others = speakersBut(place).map(({ name }) => name);
  const offered: ToolDescription[] = [];
  if (purpose === 'facilitate') {
    if (others.length > 0)
      offered.push(
        tool('choose_speaker', 'Says who speaks next.', { speaker: { type: 'string', enum: others } }),
      );
    offered.push(tool('conclude', 'Ends the discussion: nobody is to speak any more.', {}));
  }
  if (purpose === 'review' || purpose === 'merge')
    offered.push(
      tool(
        'give_verdict',
        purpose === 'review'
          ? 'Approves what was written, or wants it revised.'
          : 'Approves what has come together, or wants one more round of ideas (revise).',
        { verdict: { type: 'string', enum: ['approve', 'revise'] } },
      ),
    );
  if (mode === 'handoff' && purpose === 'speak' && others.length > 0)
    offered.push(
      tool('hand_over', 'Hands the matter over to somebody who is better suited for what comes next.', {
        to: { type: 'string', enum: others },
      }),
    );
  if (hasConsensus(place.termination))
    offered.push(
      tool('agree', 'Says whether you agree with where the discussion has come.', {
        agrees: { type: 'boolean' },
      }),
    );
  return offered;
}

/** What a call of one of them says; names of agents may be in any case, or ids. */
export function answerControl(
  { name, arguments: given, invalid }: ToolCall,
  place: ControlPlace,
): ControlAnswer {
  if (invalid !== undefined) return { error: `The arguments are not a JSON object: ${invalid}` };
  const textOf = (key: string): string => {
    const value = given[key];
    return typeof value === 'string' ? value.trim() : '';
  };
  const why = textOf('why');
  switch (name) {
    case 'choose_speaker':
    case 'hand_over': {
      const wanted = textOf(name === 'hand_over' ? 'to' : 'speaker');
      const others = speakersBut(place);
      const chosen = others.find(
        (other) => other.id === wanted || other.name.toLowerCase() === wanted.toLowerCase(),
      );
      if (chosen === undefined) {
        const names = others.map((other) => other.name).join(', ');
        return { error: `There is no "${wanted}" to choose. Those whom you can choose: ${names}` };
      }
      const does = name === 'hand_over' ? 'takes over' : 'speaks next';
      return { said: { next: chosen.id }, sentence: because(`${chosen.name} ${does}`, why) };
    }
    case 'conclude':
      return { said: { concludes: true }, sentence: because('This concludes the discussion', why) };
    case 'give_verdict': {
      const { verdict } = given;
      if (verdict !== 'approve' && verdict !== 'revise')
        return { error: 'The verdict is either "approve" or "revise"' };
      return {
        said: { verdict },
        sentence: because(verdict === 'approve' ? 'Approved' : 'To be revised', why),
      };
    }
    case 'agree': {
      const { agrees } = given;
      if (typeof agrees !== 'boolean') return { error: '"agrees" is either true or false' };
      return { said: { agrees }, sentence: because(agrees ? 'I agree' : 'I do not agree', why) };
    }
    default:
      return { error: `You have no tool "${name}"` };
  }
}

const speakersBut = ({ members, self }: ControlPlace): Participant[] =>
  members.filter(({ id, kind, role }) => kind === 'agent' && role !== 'observer' && id !== self.id);

const because = (what: string, why: string): string =>
  why === '' ? `${what}.` : `${what}: ${/[.!?]$/.test(why) ? why : `${why}.`}`;

function tool(name: string, description: string, properties: Record<string, JsonSchema>): ToolDescription {
  const inputSchema = {
    type: 'object',
    properties: { ...properties, why: WHY },
    required: [...Object.keys(properties), 'why'],
    additionalProperties: false,
  };
  return { name, description, inputSchema };
}

function hasConsensus(termination: Termination): boolean {
  if ('any' in termination) return termination.any.some(hasConsensus);
  if ('all' in termination) return termination.all.some(hasConsensus);
  return termination.kind === 'consensus';
}

/** The texts that a termination waits for. */
export function awaitedTexts(termination: Termination): string[] {
  if ('any' in termination) return termination.any.flatMap(awaitedTexts);
  if ('all' in termination) return termination.all.flatMap(awaitedTexts);
  return termination.kind === 'textMention' ? [termination.text] : [];
}
