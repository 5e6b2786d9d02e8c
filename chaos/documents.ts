import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const SOURCES = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/glossary.md',
  'docs/state-machines.md',
  'docs/operations.md',
];

/** Documents of a few sections each, put together from the project's own: every one another, all the same at each call. */
export async function documents(count: number): Promise<{ name: string; text: string }[]> {
  const sections: string[] = [];
  for (const source of SOURCES) {
    const text = await readFile(resolve(import.meta.dirname, '..', source), 'utf8');
    sections.push(...text.split(/\n(?=## )/).filter((section) => section.length > 300));
  }
  return Array.from({ length: count }, (_, index) => {
    const chosen = [0, 1, 2, 3, 4].map((step) => sections[(index * 3 + step * 7) % sections.length] ?? '');
    return {
      name: `document-${String(index)}.md`,
      text: `# Document ${String(index)}\n\n${[...new Set(chosen)].join('\n\n')}`,
    };
  });
}
