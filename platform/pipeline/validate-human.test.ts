import { expect, it } from '@jest/globals';

import { compute, edge, pipeline } from '../../testing/pipeline-parts.ts';
import { expectRefused, type RefusedRow, validate } from '../../testing/pipeline-validation.ts';

const human = (config: object, rest: object = {}) => ({
  ...{ id: 'ask', type: 'human', config: { title: 'Well?', ...config } },
  ...rest,
});
const owner = { nodeId: 'ask' };
const REFUSED: RefusedRow[] = [
  [
    'a form that is no JSON Schema',
    pipeline([human({ form: { type: 'objct' } })]),
    ['nodes[0].config.form.type', /must be one of/, owner],
  ],
  [
    'a form with a pattern that is none',
    pipeline([human({ form: { properties: { a: { pattern: '(' } } } })]),
    ['nodes[0].config.form.properties.a.pattern', /./, owner],
  ],
  [
    'approvers who are neither people nor roles',
    pipeline([human({ approvers: ['boss', 'role:viewer'] })]),
    ['nodes[0].config.approvers[0]', /e-mail address or a role/, owner],
    ['nodes[0].config.approvers[1]', /e-mail address or a role/, owner],
  ],
  [
    'nobody to approve',
    pipeline([human({ approvers: [] })]),
    ['nodes[0].config.approvers', /at least 1/, owner],
  ],
  [
    'somebody who is named twice',
    pipeline([human({ approvers: ['a@example.com', 'A@example.com'] })]),
    ['nodes[0].config.approvers[1]', /again/, owner],
  ],
  [
    'more approvals than people',
    pipeline([human({ approvers: ['a@example.com', 'b@example.com'], quorum: 3 })]),
    ['nodes[0].config.quorum', /3 approvals of 2 people/, owner],
  ],
  [
    'times of no length',
    pipeline([human({ timeout: '0s', remindAfter: '10ms', escalate: { after: '0s', to: ['role:admin'] } })]),
    ['nodes[0].config.timeout', /longer than nothing/, owner],
    ['nodes[0].config.remindAfter', /at least 1 second/, owner],
    ['nodes[0].config.escalate.after', /longer than nothing/, owner],
    ['nodes[0].config.escalate.after', /not before the timeout/, owner],
  ],
  [
    'an escalation after the end',
    pipeline([human({ timeout: '1 day', escalate: { after: '2 days', to: ['role:admin'] } })]),
    ['nodes[0].config.escalate.after', /not before the timeout/, owner],
  ],
  [
    'a way on at a timeout that never comes',
    pipeline([human({}), compute('a')], [edge('ask', 'a', 'timeout')]),
    ['edges[0].port', /waits without a timeout/, { edgeId: 'ask→a:timeout' }],
  ],
  [
    'an edge without a port',
    pipeline([human({}), compute('a')], [edge('ask', 'a')]),
    ['edges[0].port', /approved, rejected, timeout/, { edgeId: 'ask→a' }],
  ],
  [
    'a secret that people would be shown',
    pipeline([human({ value: '{{ secrets.KEY }}' })]),
    ['nodes[0].config.value', /secrets exist in actions only/, owner],
  ],
];

it.each(REFUSED)('refuses %s', (_what, definition, ...culprits) => {
  expectRefused(definition, culprits);
});

it.each([
  [
    'as many approvals as people, with those of the escalation',
    { approvers: ['a@example.com'], quorum: 2, escalate: { after: '1h', to: ['b@example.com'] } },
  ],
  ['more approvals than are named, where a role is', { approvers: ['role:editor'], quorum: 5 }],
  [
    'everything there is',
    {
      instructions: '# Look',
      value: { a: '{{ input.a }}' },
      form: { type: 'object' },
      quorum: 2,
      timeout: '30 days',
      onTimeout: 'reject',
      remindAfter: '7 days',
    },
  ],
])('takes %s', (_what, config) => {
  expect(validate(pipeline([human(config)]))).toMatchObject({ ok: true });
});

it('takes a way on at the timeout, whichever timeout is set', () => {
  for (const node of [human({ timeout: '1 day' }), human({}, { timeout: '1 day' })])
    expect(validate(pipeline([node, compute('a')], [edge('ask', 'a', 'timeout')]))).toMatchObject({
      ok: true,
    });
});
