import { Persona } from '../../contracts/agent.ts';
import { DashboardConfig } from '../../contracts/config.ts';
import { ProviderStatus } from '../../contracts/model.ts';
import { pageOf, PageQuery } from '../../contracts/page.ts';
import { Tool } from '../../contracts/tool.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { pageOfAll } from '../presenters/page-of-all.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

/** What the program brings by itself, and what it was set up with. */
export function catalogueRoutes({
  catalogue,
  config,
  version,
}: Pick<ApiDependencies, 'catalogue' | 'config' | 'version'>): Route[] {
  const { providers, tools, personas } = catalogue;
  return [
    route(
      {
        method: 'get',
        path: '/personas',
        summary: 'List the personas that agents can be made from',
        permission: 'personas:read',
        query: PageQuery,
        response: pageOf(Persona),
      },
      ({ query }) => ({ body: pageOfAll(personas, query) }),
    ),
    route(
      {
        method: 'get',
        path: '/providers',
        summary: 'List the model providers, and why one is not available',
        permission: 'providers:read',
        query: PageQuery,
        response: pageOf(ProviderStatus),
      },
      ({ query }) => ({ body: pageOfAll(providers, query) }),
    ),
    route(
      {
        method: 'get',
        path: '/tools',
        summary: 'List the tools that agents can be given',
        permission: 'tools:read',
        query: PageQuery,
        response: pageOf(Tool),
      },
      ({ query }) => ({ body: pageOfAll(tools, query) }),
    ),
    route(
      {
        method: 'get',
        path: '/config',
        summary: 'What the dashboard needs to know of this installation',
        permission: 'account:read',
        response: DashboardConfig,
      },
      () => ({
        body: {
          version,
          temporalUiUrl: config.TEMPORAL_UI_URL ?? null,
          temporalNamespace: config.TEMPORAL_NAMESPACE,
          demoOnly: providers.every(({ available, demo }) => demo || !available),
          runCostLimitUsd: config.RUN_COST_LIMIT_USD,
        },
      }),
    ),
  ];
}
