import { describe, expect, it } from '@jest/globals';

import { CreateAgent } from '../contracts/agent.ts';
import { PipelineDefinition } from '../contracts/pipeline.ts';
import { withPool } from '../testing/shared-servers.ts';
import type { Pool } from './pool.ts';
import type { Store } from './store.ts';
import { createStore } from './store.ts';

const anAgent = (name: string): CreateAgent =>
  CreateAgent.parse({ name, role: 'Writes', provider: 'demo', model: 'demo' });
const aPipeline = (name: string, expression = '1'): PipelineDefinition =>
  PipelineDefinition.parse({ name, nodes: [{ id: 'one', type: 'transform', config: { expression } }] });
const NOWHERE = '01890000-0000-7000-8000-000000000000';

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let pool: Pool;
  let store: Store;
  withPool(kind, (opened) => {
    pool = opened;
    store = createStore(pool);
  });

  const aUser = (email: string, role: 'admin' | 'viewer' = 'viewer') =>
    store.users.insertUser({ email, name: 'Somebody', role, passwordHash: 'hash' });

  describe('users', () => {
    it('keeps an email to one user', async () => {
      const user = await aUser('ada@example.com');
      await expect(aUser('ada@example.com')).rejects.toMatchObject({ type: 'Conflict' });
      expect(await store.users.findUserByEmail('ada@example.com')).toEqual({ ...user, passwordHash: 'hash' });
      expect(await store.users.findUser(user.id)).toEqual(user);
    });

    it('gives pages newest first, each user once', async () => {
      for (const n of [1, 2, 3, 4]) await aUser(`page${n}@example.com`);
      const first = await store.users.listUsers({ limit: 2 });
      const second = await store.users.listUsers({ limit: 2, cursor: first.nextCursor ?? '' });
      expect([...first.items, ...second.items].map(({ email }) => email)).toEqual(
        [4, 3, 2, 1].map((n) => `page${n}@example.com`),
      );
      await expect(store.users.listUsers({ limit: 2, cursor: 'invented' })).rejects.toMatchObject({
        type: 'InvalidInput',
      });
    });

    it('never lets the last administrator go, even when two are deleted at once', async () => {
      const [one, two] = await Promise.all([
        aUser('one@example.com', 'admin'),
        aUser('two@example.com', 'admin'),
      ]);
      const outcomes = await Promise.allSettled([
        store.users.deleteUser(one.id),
        store.users.deleteUser(two.id),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      await expect(store.users.deleteUser(NOWHERE)).rejects.toMatchObject({ type: 'NotFound' });
    });

    it('ends a session once it is revoked, and all of a user with the user', async () => {
      const user = await aUser('sessions@example.com');
      const [first, second] = [
        await store.sessions.insertSession(user.id),
        await store.sessions.insertSession(user.id),
      ];
      expect(await store.sessions.findSessionUser(first)).toEqual(user);
      await store.sessions.revokeSession(first);
      expect(await store.sessions.findSessionUser(first)).toBeNull();
      expect(await store.sessions.renewSession(first)).toBe(false);
      expect(await store.sessions.renewSession(second)).toBe(true);
      await store.users.deleteUser(user.id);
      expect(await store.sessions.findSessionUser(second)).toBeNull();
    });

    it('takes a sign-in link once, whoever comes first', async () => {
      const user = await aUser('link@example.com');
      const token = await store.signInLinks.issueSignInLink(user.id);
      const redeemed = await Promise.all([1, 2, 3].map(() => store.signInLinks.redeemSignInLink(token)));
      expect(redeemed.filter((id) => id !== null)).toEqual([user.id]);
      expect(await store.signInLinks.redeemSignInLink('invented')).toBeNull();
    });
  });

  describe('definitions', () => {
    it('finds an agent by id and by name, the id first', async () => {
      const agent = await store.agents.insertAgent(anAgent('Editor in chief'));
      const impostor = await store.agents.insertAgent(anAgent(agent.id));
      expect(await store.agents.getAgent('Editor in chief')).toEqual(agent);
      expect(await store.agents.getAgent(agent.id)).toEqual(agent);
      expect(await store.agents.findAgents([impostor.id, 'nobody'])).toEqual([impostor]);
      await expect(store.agents.getAgent('nobody')).rejects.toMatchObject({ type: 'NotFound' });
    });

    it('refuses a change that was made for another version, and a taken name', async () => {
      const agent = await store.agents.insertAgent(anAgent('first'));
      await store.agents.insertAgent(anAgent('second'));
      const changed = await store.agents.updateAgent(agent.id, { ...anAgent('first'), role: 'Reads' }, 1);
      expect(changed).toMatchObject({ role: 'Reads', version: 2 });
      await expect(store.agents.updateAgent(agent.id, anAgent('first'), 1)).rejects.toMatchObject({
        current: 2,
      });
      await expect(store.agents.updateAgent(agent.id, anAgent('second'), 'any')).rejects.toMatchObject({
        type: 'Conflict',
      });
      await expect(store.agents.deleteAgent(agent.id, 1)).rejects.toMatchObject({ current: 2 });
      await store.agents.deleteAgent(agent.id, 2);
      await expect(store.agents.deleteAgent(agent.id, 2)).rejects.toMatchObject({ type: 'NotFound' });
    });

    it('publishes what the draft holds and leaves older versions as they were', async () => {
      const pipeline = await store.pipelines.insertPipeline(aPipeline('digest', '1'));
      await store.pipelines.updateDraft(pipeline.id, aPipeline('digest', '2'), 1);
      expect((await store.pipelineVersions.getStartable('digest', undefined)).definition).toEqual(
        aPipeline('digest', '1'),
      );
      expect(await store.pipelines.publishDraft(pipeline.id, 2)).toMatchObject({
        publishedVersion: 2,
        revision: 2,
      });
      const startable = await store.pipelineVersions.getStartable(pipeline.id, undefined);
      expect(startable).toEqual({
        pipelineId: pipeline.id,
        name: 'digest',
        version: 2,
        definition: aPipeline('digest', '2'),
      });
      expect((await store.pipelineVersions.getVersion(pipeline.id, 1)).definition).toEqual(
        aPipeline('digest', '1'),
      );
      expect(
        await store.pipelineVersions.listVersions(pipeline.id, { limit: 10, before: null }),
      ).toMatchObject([{ version: 2 }, { version: 1 }]);
      await expect(store.pipelineVersions.getStartable('digest', 3)).rejects.toMatchObject({
        type: 'NotFound',
      });
    });

    it('keeps the order of keys that a definition was written with', async () => {
      const definition = { ...aPipeline('ordered'), inputSchema: { zebra: 1, apple: { zoo: 1, ant: 2 } } };
      const { id } = await store.pipelines.insertPipeline(definition);
      expect(JSON.stringify((await store.pipelines.getPipeline(id)).definition)).toBe(
        JSON.stringify(definition),
      );
    });
  });

  it('makes a thing once for a key, and nothing where making it fails', async () => {
    const claim = { principal: 'me', route: 'POST /agents', key: 'k1', bodyHash: 'a', status: 201 };
    const make = () =>
      store.idempotency.once(claim, (agents, id) => agents.agents.insertAgent(anAgent('once'), id));
    const made = await Promise.all([make(), make(), make()]);
    expect(made.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    await expect(
      store.idempotency.once({ ...claim, bodyHash: 'b' }, () => Promise.reject(new Error('not reached'))),
    ).rejects.toMatchObject({ type: 'Conflict' });

    const failing = { ...claim, key: 'k2' };
    await expect(store.idempotency.once(failing, () => Promise.reject(new Error('refused')))).rejects.toThrow(
      'refused',
    );
    expect(await store.idempotency.once(failing, () => Promise.resolve('now'))).toMatchObject({
      value: 'now',
    });
  });

  it('keeps secrets as bytes and lists their names', async () => {
    await store.secrets.putSecret('HOOK', Buffer.from([1, 2, 255]));
    await store.secrets.putSecret('HOOK', Buffer.from([3, 0]));
    expect(await store.secrets.findSealed(['HOOK', 'NONE'])).toEqual(
      new Map([['HOOK', Buffer.from([3, 0])]]),
    );
    expect(await store.secrets.listSecrets()).toEqual([{ name: 'HOOK', updatedAt: expect.any(String) }]);
    await store.secrets.deleteSecret('HOOK');
    await expect(store.secrets.deleteSecret('HOOK')).rejects.toMatchObject({ type: 'NotFound' });
  });
});
