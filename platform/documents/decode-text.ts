import { isUtf8 } from 'node:buffer';

import { GatheringFailure } from '../../contracts/failure.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const SAMPLE_BYTES = 4_096;
/** Of control characters; text has next to none, and random bytes every tenth. */
const MOST_CONTROLS = 0.01;
/** Of characters beyond ASCII in the only encoding that never fails: beyond that it is another one, and would be read as nonsense. */
const MOST_BEYOND_ASCII = 0.3;

/** Whether the first bytes of a file are text of an encoding that `decodeText` knows. */
export const looksLikeText = (head: Uint8Array): boolean => {
  const encoding = encodingOf(head);
  return encoding !== undefined && isMostlyText(new TextDecoder(encoding).decode(head), encoding);
};

/**
 * Text of a file: UTF-8, UTF-16 by its byte order mark or its look, else Windows-1252, of which Latin-1 is a part. Lines end in `\n`.
 * @throws `InvalidInput` for what is no text
 */
export const decodeText = (bytes: Uint8Array): string => {
  const encoding = encodingOf(bytes);
  const text = encoding === undefined ? undefined : new TextDecoder(encoding).decode(bytes);
  if (encoding === undefined || text === undefined || !isMostlyText(text, encoding))
    throw new GatheringFailure(
      'InvalidInput',
      'The file is not text, or its encoding is not known: save it as UTF-8',
    );
  return text.replace(/\r\n?/g, '\n');
};

const encodingOf = (bytes: Uint8Array): Encoding | undefined => {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  const wide = wideEncodingOf(bytes.subarray(0, SAMPLE_BYTES));
  if (wide !== undefined) return wide;
  return isUtf8(bytes) || isMostlyUtf8(bytes) ? 'utf-8' : 'windows-1252';
};

/** Where one byte of each pair is nearly always zero and the other nearly never, it is Latin text in UTF-16. */
const wideEncodingOf = (sample: Uint8Array): Encoding | undefined => {
  let even = 0;
  let odd = 0;
  for (const [index, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even++;
    else odd++;
  }
  const pairs = sample.length / 2;
  if (odd > pairs * 0.4 && even < pairs * 0.05) return 'utf-16le';
  if (even > pairs * 0.4 && odd < pairs * 0.05) return 'utf-16be';
  return undefined;
};

/** A few broken bytes, or a last character that is cut off, do not make it another encoding. */
const isMostlyUtf8 = (bytes: Uint8Array): boolean => {
  let wrong = 0;
  let right = 0;
  for (const character of new TextDecoder().decode(bytes)) {
    if (character === '\ufffd') wrong++;
    else if (character > '\u007f') right++;
  }
  return wrong <= right / 4 || wrong === 1;
};

const isMostlyText = (text: string, encoding: Encoding): boolean => {
  let controls = 0;
  let beyondAscii = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 && !isSpacing(code)) controls++;
    // Also what the decoder puts in the place of bytes that stand for nothing.
    else if ((code >= 0x7f && code < 0xa0) || code === 0xfffd) controls++;
    if (code > 0x7f) beyondAscii++;
  }
  if (controls > Math.max(1, text.length * MOST_CONTROLS)) return false;
  return encoding !== 'windows-1252' || beyondAscii <= text.length * MOST_BEYOND_ASCII;
};

/** Tab, line ends, form feed; and escape, by which programs colour what they log. */
const isSpacing = (code: number): boolean => (code >= 0x09 && code <= 0x0d) || code === 0x1b;
