import { READ_FILE, WRITE_FILE } from './catalogue.ts';
import { readRunFile, writeRunFile } from './run-files.ts';
import { textIn, type ToolKind } from './tool-kind.ts';

/** A longer file is read in pieces. */
const MAX_CHARACTERS = 60_000;

export const readFileTool = (): ToolKind => ({
  tool: READ_FILE,
  run: async (input, { runFolder }) => {
    const text = await readRunFile(runFolder, textIn(input, 'path'));
    const offset = typeof input['offset'] === 'number' ? input['offset'] : 0;
    const end = offset + MAX_CHARACTERS;
    const more =
      end < text.length ? `\n[${text.length - end} more characters; go on with offset ${end}]` : '';
    return text.slice(offset, end) + more;
  },
});

export const writeFileTool = (): ToolKind => ({
  tool: WRITE_FILE,
  run: async (input, { runFolder, idempotencyKey }) => {
    const written = await writeRunFile(runFolder, {
      path: textIn(input, 'path'),
      content: textIn(input, 'content'),
      key: idempotencyKey,
    });
    return `Wrote ${written.bytes} bytes to ${written.path}`;
  },
});
