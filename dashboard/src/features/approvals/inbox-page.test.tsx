/** @jest-environment ./dashboard/testing/browser-environment.mjs */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { Approval } from '../../../../contracts/approval.ts';
import { stubBrowser } from '../../../testing/browser-stubs.ts';
import { anApproval, APPROVAL_ID, later } from '../../../testing/builders.ts';
import { type FakeRoutes, problem } from '../../../testing/fake-api.ts';
import { renderRoute } from '../../../testing/render-route.tsx';

beforeAll(stubBrowser);

const POST = `POST /approvals/${APPROVAL_ID}`;

function open(first: Approval, routes: FakeRoutes = {}) {
  const held = { approval: first };
  const mine = () => ({
    body: { items: held.approval.canDecide ? [held.approval] : [], nextCursor: null },
  });
  const page = renderRoute('/inbox', {
    'GET /approvals': mine,
    [`GET /approvals/${APPROVAL_ID}`]: () => ({ body: held.approval }),
    [POST]: () => {
      held.approval = { ...held.approval, status: 'approved', canDecide: false, decidedAt: later(9) };
      return { body: held.approval };
    },
    ...routes,
  });
  const decided = () => page.calls.filter(({ method }) => method === 'POST').map(({ body }) => body);
  return { ...page, decided, serve: (approval: Approval) => (held.approval = approval) };
}

describe('the inbox', () => {
  it('shows what waits, sends an edited value with the answer, and is empty afterwards', async () => {
    const user = userEvent.setup();
    const form = { type: 'object', required: ['audience'], properties: { audience: { type: 'string' } } };
    const { decided } = open(anApproval({ value: 'A brief', form }));
    await screen.findByRole('link', { name: 'Inbox, 1 waiting' });
    await user.click(await screen.findByRole('button', { name: 'Edit before approving' }));
    const value = screen.getByRole('textbox', { name: 'To be decided on' });
    await user.clear(value);
    await user.type(value, 'A better brief');
    await user.click(screen.getByRole('button', { name: 'Approve with changes' }));
    await screen.findByText('Fill this in.');
    expect(decided()).toEqual([]);
    await user.type(screen.getByRole('textbox', { name: 'Audience' }), 'staff');
    await user.type(screen.getByRole('textbox', { name: /^Comment/ }), ' Fine now ');
    await user.click(screen.getByRole('button', { name: 'Approve with changes' }));
    await screen.findByRole('heading', { name: 'Nothing waits for you' });
    expect(decided()).toEqual([
      { decision: 'approve', comment: 'Fine now', edit: 'A better brief', answer: { audience: 'staff' } },
    ]);
  });

  it('rejects without an answer', async () => {
    const user = userEvent.setup();
    const form = { type: 'object', required: ['audience'], properties: { audience: { type: 'string' } } };
    const { decided } = open(anApproval({ form }));
    await user.click(await screen.findByRole('button', { name: 'Reject' }));
    await waitFor(() => expect(decided()).toEqual([{ decision: 'reject' }]));
  });

  it('says so when somebody else was faster', async () => {
    const user = userEvent.setup();
    open(anApproval(), { [POST]: problem(409, 'Not possible in this state') });
    await user.click(await screen.findByRole('button', { name: 'Approve' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Not possible in this state');
  });

  it('shows what the API refused of an answer beside its field', async () => {
    const user = userEvent.setup();
    const form = { type: 'object', properties: { audience: { type: 'string' } } };
    open(anApproval({ form }), {
      [POST]: problem(422, 'The input is not valid', [{ path: 'answer.audience', message: 'is unknown' }]),
    });
    await user.type(await screen.findByRole('textbox', { name: /^Audience/ }), 'moon');
    await user.click(screen.getByRole('button', { name: 'Approve' }));
    await screen.findByText('is unknown');
    expect(screen.getByRole('textbox', { name: /^Audience/ }).getAttribute('aria-invalid')).toBe('true');
  });

  it('hears of new questions, and of those that others have decided', async () => {
    const { deliver, serve } = open(anApproval({ canDecide: false }));
    await screen.findByRole('heading', { name: 'Nothing waits for you' });
    serve(anApproval());
    act(() =>
      deliver({
        type: 'approval.requested',
        channel: 'activity',
        sequence: 1,
        data: { approvalId: APPROVAL_ID },
      }),
    );
    const card = await screen.findByRole('article', { name: 'Publish the brief?' });
    expect(within(card).getByRole('button', { name: 'Approve' })).toBeDefined();
  });

  it('tells who looks on for whom it waits, without buttons', async () => {
    renderRoute(`/inbox/${APPROVAL_ID}`, {
      [`GET /approvals/${APPROVAL_ID}`]: {
        body: anApproval({ canDecide: false, quorum: 2, approvals: 1, approvers: ['role:editor'] }),
      },
    });
    await screen.findByText('It waits for any editor.');
    expect(screen.getByText('1 of 2 approvals')).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
  });
});
