import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder; scripts work from any current folder. */
export const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const inProject = (...parts) => join(projectFolder, ...parts);

/** The Node.js that the lockfile pins; the scripts themselves run on any version from 20 on. */
export const pinnedNode = inProject('node_modules', 'node', 'bin', 'node');
