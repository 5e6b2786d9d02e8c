import { parseDocument } from 'yaml';

import { readText } from './text-file.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads a pipeline from a YAML or JSON file (JSON is YAML); `-` is the standard input.
 * @throws UsageError when it cannot be read, or is no YAML
 */
export async function readDefinition(file: string): Promise<{ text: string; definition: unknown }> {
  const text = await readText(file);
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new UsageError(`${file}: ${problem.message}`);
  try {
    return { text, definition: document.toJS() };
  } catch (error) {
    if (error instanceof ReferenceError) throw new UsageError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
