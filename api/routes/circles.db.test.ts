import { describe, expect, it } from '@jest/globals';

import type { Circle, CircleSummary } from '../../contracts/circle.ts';
import type { StoredEvent } from '../../contracts/event.ts';
import type { Page } from '../../contracts/page.ts';
import { withApi } from '../../testing/api-server.ts';

const api = withApi();

describe('a circle', () => {
  it('is made, read, changed and deleted', async () => {
    const { admin } = api.as;
    const made = await admin.json<Circle>('POST', '/circles', {
      name: 'team',
      description: 'Us',
      mode: 'debate',
    });
    expect(made).toMatchObject({
      name: 'team',
      mode: 'debate',
      visibility: 'everyone',
      members: [],
      version: 1,
    });
    expect(made.settings).toMatchObject({ turnTimeout: '60 seconds', rounds: 2 });
    const read = await admin.raw('GET', '/circles/team');
    expect(read.headers.get('etag')).toBe('"1"');
    expect(((await read.json()) as Circle).id).toBe(made.id);
    const body = { name: 'crew', description: '', mode: 'review', visibility: 'members' };
    expect((await admin.raw('PUT', `/circles/${made.id}`, body)).status).toBe(428);
    expect((await admin.raw('PUT', `/circles/${made.id}`, body, { 'if-match': '"7"' })).status).toBe(412);
    const changed = await admin.raw('PUT', `/circles/${made.id}`, body, { 'if-match': '"1"' });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await admin.raw('DELETE', `/circles/crew`, undefined, { 'if-match': '"2"' })).status).toBe(204);
    expect((await admin.raw('GET', `/circles/${made.id}`)).status).toBe(404);
    const again = await admin.json<Circle>('POST', '/circles', { name: 'crew' });
    expect(again.id).not.toBe(made.id);
  });
});
