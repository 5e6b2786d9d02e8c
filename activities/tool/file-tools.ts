import { readRunFile, writeRunFile } from './run-files.ts';
import { textIn, type ToolKind } from './tool-kind.ts';

const PATH = {
  type: 'string',
  minLength: 1,
  maxLength: 400,
  description: 'Relative to the folder of the run, with / between folders, for example "notes/summary.md"',
};
/** A longer file is read in pieces. */
const MAX_CHARACTERS = 60_000;

export const readFileTool = (): ToolKind => ({
  tool: {
    name: 'read_file',
    description:
      'Reads a text file from the folder of this run. A long one comes in pieces: go on at the offset that is named.',
    permission: 'read',
    inputSchema: {
      type: 'object',
      properties: {
        path: PATH,
        offset: { type: 'integer', minimum: 0, default: 0, description: 'Character to start at' },
      },
      required: ['path'],
      additionalProperties: false,
    },
  },
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
  tool: {
    name: 'write_file',
    description: 'Writes a text file into the folder of this run. An existing file is replaced.',
    permission: 'write',
    inputSchema: {
      type: 'object',
      properties: { path: PATH, content: { type: 'string', description: 'The whole text of the file' } },
      required: ['path', 'content'],
      additionalProperties: false,
    },
  },
  run: async (input, { runFolder, idempotencyKey }) => {
    const written = await writeRunFile(runFolder, {
      path: textIn(input, 'path'),
      content: textIn(input, 'content'),
      key: idempotencyKey,
    });
    return `Wrote ${written.bytes} bytes to ${written.path}`;
  },
});
