import './lib/zod-csp.ts';
import './styles.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';

import { App } from './app/app.tsx';
import { createBrowserServices } from './app/browser-services.ts';
import { createRouter } from './app/router.tsx';
import { createQueryClient } from './lib/query-client.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root');

createRoot(root).render(
  <StrictMode>
    <App services={createBrowserServices()} queries={createQueryClient()}>
      <RouterProvider router={createRouter()} />
    </App>
  </StrictMode>,
);
