import { describe, expect, it } from '@jest/globals';

import { docxOf, pdfOf, zipOf } from '../../testing/document-files.ts';
import { detectFormat } from './detect-format.ts';

const detect = (name: string, head: Buffer | string, mediaType?: string) =>
  detectFormat({ name, mediaType, head: Buffer.from(head) });

const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex');

describe('the format of a file', () => {
  it.each([
    ['notes.txt', 'text'],
    ['server.log', 'text'],
    ['README.MD', 'markdown'],
    ['page.htm', 'html'],
    ['table.tsv', 'csv'],
    ['lines.jsonl', 'json'],
    ['main.rs', 'code'],
    ['src/Dockerfile', 'code'],
    ['no-ending', 'text'],
    ['odd.ending', 'text'],
  ])('of the name %s is %s', async (name, format) => {
    expect(await detect(name, 'some words')).toEqual({ format });
  });

  it('is told by its bytes where its name says otherwise', async () => {
    expect(await detect('notes.txt', pdfOf([[{ text: 'x' }]]))).toEqual({ format: 'pdf' });
    expect(await detect('notes.txt', docxOf([{ text: 'x' }]))).toEqual({ format: 'docx' });
    expect(await detect('unnamed', '\ufeff  <!DOCTYPE html><p>x')).toEqual({ format: 'html' });
  });

  it('is told by what it was sent as where its name says nothing', async () => {
    expect(await detect('blob', 'a,b', 'text/csv; charset=utf-8')).toEqual({ format: 'csv' });
    expect(await detect('blob', 'a,b', 'application/octet-stream')).toEqual({ format: 'text' });
    expect(await detect('notes.md', '# x', 'text/plain')).toEqual({ format: 'markdown' });
  });

  it.each([
    ['an empty file', 'a.txt', '', 'is empty'],
    ['a picture', 'a.txt', PNG, 'png'],
    ['binary of no known type', 'a.txt', Buffer.from([1, 2, 3, 0, 0, 4, 0xff, 0xfe, 0]), 'binary'],
    ['an archive', 'a.zip', zipOf([{ name: 'a.txt', content: 'x' }]), 'archive'],
    ['text that is named PDF', 'a.pdf', 'hello', 'The name says PDF'],
    ['text that is named Word', 'a.docx', 'hello', 'The name says Word'],
    ['old or protected Office', 'a.doc', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'password'],
    ['rich text', 'a.rtf', '{\\rtf1 hello}', 'RTF'],
  ])('is refused with a reason: %s', async (_what, name, head, reason) => {
    expect(await detect(name, head)).toEqual({ refusal: expect.stringContaining(reason) });
  });
});
