import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Toaster } from 'sonner';

import { type Services, ServicesProvider } from '../lib/services.tsx';

/** What stands around every page. */
export function App({
  services,
  queries,
  children,
}: {
  services: Services;
  queries: QueryClient;
  children: ReactNode;
}) {
  return (
    <ServicesProvider services={services}>
      <QueryClientProvider client={queries}>
        {children}
        <Toaster
          position="bottom-right"
          toastOptions={{
            style: {
              background: 'var(--raised)',
              color: 'var(--ink)',
              border: '1px solid var(--line)',
              borderRadius: 8,
              boxShadow: 'var(--shadow)',
              fontFamily: 'var(--font-sans)',
            },
          }}
        />
      </QueryClientProvider>
    </ServicesProvider>
  );
}
