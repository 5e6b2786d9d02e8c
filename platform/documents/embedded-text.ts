/** What is embedded and hashed of a chunk: where it stands, and what it says. */
export const embeddedTextOf = ({
  headings,
  content,
}: {
  headings: readonly string[];
  content: string;
}): string => (headings.length === 0 ? content : `${headings.join(' > ')}\n\n${content}`);
