/** One place where a tool may be had; null means that it is not there, an error why it cannot be had there. */
export interface Source {
  name: string;
  find: () => Promise<string | null>;
}

/**
 * Returns what the first source that has the tool gives.
 * @param advice what a person can do when no source has it
 * @throws Error naming every source with its reason, and the advice
 */
export async function resolveTool(tool: string, sources: readonly Source[], advice: string): Promise<string> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      const found = await source.find();
      if (found !== null) return found;
      reasons.push(`${source.name}: not there`);
    } catch (error) {
      reasons.push(
        `${source.name}: ${(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''}`,
      );
    }
  }
  throw new Error(
    `${tool} is missing. Looked in:\n${reasons.map((reason) => `  ${reason}`).join('\n')}\n${advice}`,
  );
}
