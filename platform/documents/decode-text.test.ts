import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { decodeText, looksLikeText } from './decode-text.ts';

const NOT_TEXT = 'not text';

describe('the text of a file', () => {
  it.each([
    ['UTF-8', Buffer.from('naïve café, 漢字')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffnaïve café, 漢字')],
    ['UTF-16, little end first', Buffer.from('\ufeffnaïve café, 漢字', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\ufeffnaïve café, 漢字', 'utf16le').swap16()],
  ])('is read from %s', (_encoding, bytes) => {
    expect(decodeText(bytes)).toBe('naïve café, 漢字');
  });

  it('is read from UTF-16 without a mark, and from Latin-1 and Windows-1252', () => {
    expect(decodeText(Buffer.from('plain words\nof Latin', 'utf16le'))).toBe('plain words\nof Latin');
    expect(decodeText(Buffer.from('plain words\nof Latin', 'utf16le').swap16())).toBe(
      'plain words\nof Latin',
    );
    expect(decodeText(Buffer.from('Gr\u00fc\u00dfe aus K\u00f6ln', 'latin1'))).toBe('Grüße aus Köln');
    expect(decodeText(Buffer.from('it\u0092s \u0093quoted\u0094 text', 'latin1'))).toBe('it’s “quoted” text');
  });

  it('stays UTF-8 when a byte of it is broken', () => {
    const bytes = Buffer.from('die Grüße der Köche, die Bäume, die Öfen');
    bytes[bytes.length - 3] = 0xff;
    expect(decodeText(bytes)).toContain('Grüße der Köche');
  });

  it('has the line ends of Unix', () => {
    expect(decodeText(Buffer.from('a\r\nb\rc\nd'))).toBe('a\nb\nc\nd');
  });

  it('is whatever text was written in UTF-8', () => {
    const written = fc.stringMatching(/^[\p{L}\p{N}\p{P} \n]*$/u);
    fc.assert(
      fc.property(written, (text) => {
        expect(decodeText(Buffer.from(text))).toBe(text.replace(/^\ufeff/, ''));
      }),
    );
  });

  it('is refused where there is none: random bytes, Cyrillic of another encoding', () => {
    const random = Buffer.from(
      Array.from({ length: 4_000 }, (_, index) => (index * 197 + (index >> 3) * 31) % 256),
    );
    expect(() => decodeText(random)).toThrow(NOT_TEXT);
    expect(looksLikeText(random)).toBe(false);
    const koi8 = Buffer.from(
      Array.from({ length: 400 }, (_, index) => (index % 7 === 0 ? 0x20 : 0xc1 + (index % 30))),
    );
    expect(() => decodeText(koi8)).toThrow('save it as UTF-8');
  });

  it('is seen in a head that ends within a character', () => {
    const bytes = Buffer.from('漢字仮名'.repeat(100));
    for (const length of [300, 301, 302]) expect(looksLikeText(bytes.subarray(0, length))).toBe(true);
  });
});
