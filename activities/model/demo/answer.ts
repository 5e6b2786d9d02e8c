import type { Document } from './document.ts';
import { about, best, digestLength, type Extract, extractsOf, proseOf } from './extract.ts';
import { keyPoints, partOf } from './outline.ts';
import type { Prompt } from './prompt.ts';
import { type Task, taskOf } from './task.ts';

const NOTHING_TO_EXTRACT =
  'There is no text in this request to take an answer from. The built-in demo provider only extracts from the text that ' +
  'it is given; an agent with a language model (openai, anthropic, ollama, openai-compatible) can answer freely.';

const CANNOT_TRANSLATE =
  'A translation needs a language model (openai, anthropic, ollama, openai-compatible): the built-in demo provider only ' +
  'extracts. These are the key sentences, in the language in which they were written:';

/** Ends every report, so that nobody takes it for the work of a model wherever it is passed on to. */
export const EXTRACT_NOTICE =
  '*This report is an extract made by the built-in demo provider: its sentences stand in the text as they are here, and ' +
  'nothing was generated.*';

const COMPARISON = ['In common', 'Only in one'].map((heading) => ({ heading, about: '' }));
const REPORT = ['Overview', 'Key points', 'Section by section', 'Figures and names'].map((heading) => ({
  heading,
  about: '',
}));

/** The answer to a prompt, taken from the prompt's own text. The same prompt always gives the same answer. */
export function answerTo({ instruction, documents }: Prompt): string {
  const task = taskOf(instruction);
  const extracts = extractsOf(documents);
  if (extracts.length === 0) return onlyCode(documents) ?? NOTHING_TO_EXTRACT;
  const text = textFor(task, { instruction, documents }, extracts);
  return task.maxWords === undefined || task.kind === 'outline' ? text : limited(text, task.maxWords);
}

function textFor(task: Task, { instruction, documents }: Prompt, extracts: readonly Extract[]): string {
  switch (task.kind) {
    case 'translate':
      return `${CANNOT_TRANSLATE}\n\n${proseOf(best(extracts, 3))}`;
    case 'outline':
      return report(task.outline, documents, extracts);
    case 'compare':
      return documents.length > 1
        ? report(COMPARISON, documents, extracts)
        : keyPoints(extracts, task.count ?? 5);
    case 'report':
      return report(REPORT, documents, extracts);
    case 'points':
      return keyPoints(extracts, task.count ?? 7);
    case 'title':
      return (
        titleOf(documents) ??
        best(extracts, 1)
          .map(({ text }) => text)
          .join('')
      );
    case 'question': {
      const fitting = best(about(instruction, extracts), task.count ?? 3);
      return fitting.length === 0 ? `The text says nothing of this.` : proseOf(fitting);
    }
    case 'digest':
      return proseOf(best(extracts, task.count ?? digestLength(extracts.length)));
  }
}

function report(
  outline: Task['outline'],
  documents: readonly Document[],
  extracts: readonly Extract[],
): string {
  const title = titleOf(documents);
  return [
    ...(title === undefined ? [] : [`# ${title}`]),
    ...outline.map((part) => `## ${part.heading}\n\n${partOf(part, extracts, documents)}`),
    EXTRACT_NOTICE,
  ].join('\n\n');
}

function titleOf(documents: readonly Document[]): string | undefined {
  const names = documents.map(({ name }) => name).filter((name) => name !== '');
  if (names.length > 0) return names.join(' and ');
  const headings = documents.flatMap(({ sections }) => sections).filter(({ heading }) => heading !== '');
  return headings.toSorted((a, b) => a.level - b.level)[0]?.heading;
}

function onlyCode(documents: readonly Document[]): string | undefined {
  const code = documents.flatMap(({ sections }) => sections.flatMap(({ passages }) => passages)).at(0);
  if (code !== undefined) return `\`\`\`\n${code.text.split('\n').slice(0, 12).join('\n')}\n\`\`\``;
  const headings = documents.flatMap(({ sections }) => sections.map(({ heading }) => heading));
  return headings.length === 0 ? undefined : headings.map((heading) => `- ${heading}`).join('\n');
}

/** Whole sentences as long as they fit, else the first words of the first one. */
function limited(text: string, maxWords: number): string {
  const words = text.split(/(?<=\s)/);
  if (words.length <= maxWords) return text;
  const cut = words.slice(0, maxWords).join('');
  const end = Math.max(cut.lastIndexOf('. '), cut.lastIndexOf('.\n'), cut.lastIndexOf('\n'));
  return end > cut.length / 3 ? cut.slice(0, end + 1).trimEnd() : `${cut.trimEnd()} …`;
}
