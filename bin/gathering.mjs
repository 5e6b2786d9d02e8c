#!/usr/bin/env node
import { existsSync } from 'node:fs';

import { handOver } from '../scripts/bring-up/hand-over.mjs';
import { inProject, pinnedNode } from '../scripts/bring-up/project.mjs';

if (existsSync(pinnedNode)) {
  await handOver([inProject('cli/gathering.ts'), ...process.argv.slice(2)], {
    cwd: process.cwd(),
    foreground: true,
  });
} else {
  console.error(
    'The dependencies are not installed yet: run `npm start` (or `npm ci`) in the project folder first.',
  );
  process.exitCode = 1;
}
