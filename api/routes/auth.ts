import { GatheringFailure } from '../../contracts/failure.ts';
import type { Id } from '../../contracts/ids.ts';
import {
  Login,
  LogoutRequest,
  RefreshRequest,
  Session,
  SignInLinkRequest,
  User,
} from '../../contracts/user.ts';
import { verifyPassword } from '../../platform/password.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

type Dependencies = Pick<ApiDependencies, 'store' | 'tokens' | 'principals'>;

const refused = (detail: string): GatheringFailure => new GatheringFailure('NotAuthenticated', detail);

/** Signing in and out. A wrong password and an unknown email are answered alike, in words and in time. */
export function authRoutes({ store, tokens, principals }: Dependencies): Route[] {
  const openSession = async (userId: Id): Promise<Session> => {
    const sessionId = await store.sessions.insertSession(userId);
    return sessionOf(sessionId);
  };
  const sessionOf = async (sessionId: Id): Promise<Session> => {
    const user = await store.sessions.findSessionUser(sessionId);
    if (user === null) throw refused('The session has ended.');
    return { ...tokens.signPair(sessionId), user };
  };
  const endSession = async (sessionId: Id): Promise<void> => {
    await store.sessions.revokeSession(sessionId);
    principals.forget(sessionId);
  };

  return [
    route(
      {
        method: 'post',
        path: '/auth/login',
        summary: 'Sign in',
        public: true,
        body: Login,
        response: Session,
      },
      async ({ body }) => {
        const user = await store.users.findUserByEmail(body.email);
        const known = await verifyPassword(body.password, user?.passwordHash);
        if (!known || user === null) throw refused('Email or password is not right.');
        return { body: await openSession(user.id) };
      },
    ),
    route(
      {
        method: 'post',
        path: '/auth/sign-in-link',
        summary: 'Sign in with a one-time link',
        public: true,
        body: SignInLinkRequest,
        response: Session,
      },
      async ({ body }) => {
        const userId = await store.signInLinks.redeemSignInLink(body.token);
        if (userId === null)
          throw refused('This sign-in link was used before, has expired, or never existed.');
        return { body: await openSession(userId) };
      },
    ),
    route(
      {
        method: 'post',
        path: '/auth/refresh',
        summary: 'Get fresh tokens for a session',
        public: true,
        body: RefreshRequest,
        response: Session,
      },
      async ({ body }) => {
        const { sid } = tokens.verify(body.refreshToken, 'refresh');
        if (!(await store.sessions.renewSession(sid))) throw refused('The session has ended.');
        return { body: await sessionOf(sid) };
      },
    ),
    route(
      {
        method: 'post',
        path: '/auth/logout',
        summary: 'End this session',
        permission: 'account:read',
        body: LogoutRequest.optional(),
      },
      async ({ caller, body }) => {
        await endSession(caller.sessionId);
        const other = body?.refreshToken;
        if (other !== undefined) await endSession(tokens.verify(other, 'refresh').sid);
        return {};
      },
    ),
    route(
      {
        method: 'get',
        path: '/auth/me',
        summary: 'Who is signed in',
        permission: 'account:read',
        response: User,
      },
      ({ caller }) => ({ body: caller.user }),
    ),
  ];
}
