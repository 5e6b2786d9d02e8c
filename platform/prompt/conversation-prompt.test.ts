import { describe, expect, it } from '@jest/globals';

import { conversationPromptOf, type ConversationSetting } from './conversation-prompt.ts';

const setting: ConversationSetting = {
  ...{
    self: { id: 'ada', name: 'Ada' },
    role: 'facilitator',
    mode: 'facilitator_led',
    purpose: 'facilitate',
  },
  ...{ circle: { name: 'tea', description: 'We decide on tea.' }, topic: 'Green or black?', reason: 'Leads' },
  members: [
    { id: 'ada', name: 'Ada', kind: 'agent', role: 'facilitator', agentRole: 'moderator' },
    { id: 'ben', name: 'Ben', kind: 'agent', role: 'judge', agentRole: 'taster' },
    { id: 'pia', name: 'Pia', kind: 'user', role: 'member', agentRole: null },
  ],
  awaited: ['[DONE]'],
};

describe('what an agent is told of its conversation', () => {
  it('is where it is, who else is there, what it is about and what its turn is for', () => {
    const text = conversationPromptOf(setting);
    expect(text).toContain('the circle "tea". We decide on tea.');
    expect(text).toContain('- Ben: taster, judge\n- Pia: a person');
    expect(text).not.toContain('- Ada');
    expect(text).toContain('<topic>\nGreen or black?\n</topic>');
    expect(text).toMatch(/^Mode: facilitator_led$/m);
    expect(text).toMatch(/^Your turn: facilitate$/m);
    expect(text).toContain('You speak as the facilitator.');
    expect(text).toContain('end with [DONE]');
  });

  it('leaves the end to others where a turn is one of several at once', () => {
    expect(conversationPromptOf({ ...setting, purpose: 'idea' })).not.toContain('[DONE]');
    expect(conversationPromptOf({ ...setting, purpose: 'review' })).not.toContain('[DONE]');
  });

  it('knows no circle and no mode where there is one agent only', () => {
    const text = conversationPromptOf({
      ...setting,
      circle: null,
      topic: '',
      purpose: 'speak',
      role: 'member',
    });
    expect(text).not.toMatch(/Mode:|circle|topic/);
    expect(text).toMatch(/^Your turn: speak$/m);
  });
});
