import mammoth from 'mammoth';

import { GatheringFailure } from '../../../contracts/failure.ts';
import { checkArchive } from '../check-archive.ts';
import type { Section } from '../section.ts';
import { readHtml } from './html.ts';

/** Word's own names of the styles that a document's title is in. */
const STYLES = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"];

/** The text of a Word document with its headings, lists and tables; pictures are left out. */
export const readDocx = async (bytes: Uint8Array): Promise<Section[]> => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  await checkArchive(buffer);
  const html = await convert(buffer);
  return readHtml(html);
};

const convert = async (buffer: Buffer): Promise<string> => {
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer },
      { styleMap: STYLES, convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })) },
    );
    return value;
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new GatheringFailure('InvalidInput', 'The Word document is nested too deeply', { cause });
    // What its reader stumbles over says nothing to a person.
    if (cause instanceof TypeError)
      throw new GatheringFailure(
        'InvalidInput',
        'The Word document cannot be read: its parts are not those of one',
        { cause },
      );
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1);
    throw new GatheringFailure('InvalidInput', `The Word document cannot be read: ${reason ?? ''}`, {
      cause,
    });
  }
};
