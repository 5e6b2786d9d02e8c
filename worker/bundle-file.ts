import { resolve } from 'node:path';

/** Where the bundle of all workflows is built to and run from. */
export const BUNDLE_FILE = resolve(import.meta.dirname, '../dist/workflow-bundle.js');
