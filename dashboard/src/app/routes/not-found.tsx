import { Compass } from 'lucide-react';
import { isRouteErrorResponse, useRouteError } from 'react-router';

import { pathOf } from '../../lib/paths.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';

export function NotFoundPage() {
  return (
    <Page crumbs={[{ label: 'Not found' }]}>
      <EmptyState
        icon={Compass}
        title="There is nothing at this address"
        action={
          <ButtonLink variant="primary" to={pathOf.home}>
            Go to Home
          </ButtonLink>
        }
      >
        The link may be old, or a letter of it may be missing.
      </EmptyState>
    </Page>
  );
}

/** In place of a page that broke, or whose code could not be loaded. */
export function RouteFailure() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFoundPage />;
  return (
    <div className="p-6">
      <ErrorState
        error={error}
        action={<Button onClick={() => window.location.reload()}>Reload the page</Button>}
      />
    </div>
  );
}
