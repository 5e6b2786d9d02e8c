import { queryOptions } from '@tanstack/react-query';

import { Agent } from '../../../contracts/agent.ts';
import { CircleSummary } from '../../../contracts/circle.ts';
import { pageOf } from '../../../contracts/page.ts';
import { User } from '../../../contracts/user.ts';
import type { Api } from './api-client.ts';

const AgentPage = pageOf(Agent);
const CirclePage = pageOf(CircleSummary);
const UserPage = pageOf(User);

/** Every agent, to choose from. The same as the list of agents holds. */
export const rosterQuery = (api: Api) =>
  queryOptions({
    queryKey: ['agents', 'list'],
    queryFn: ({ signal }) => api.get('/agents', AgentPage, { query: { limit: 200 }, signal }),
  });

/** Everybody with an account, to choose from; for administrators. */
export const peopleQuery = (api: Api) =>
  queryOptions({
    queryKey: ['users', 'roster'],
    queryFn: ({ signal }) => api.get('/users', UserPage, { query: { limit: 200 }, signal }),
  });

/** Every circle that the person may see. */
export const circlesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['circles', 'list'],
    queryFn: ({ signal }) => api.get('/circles', CirclePage, { query: { limit: 200 }, signal }),
  });
