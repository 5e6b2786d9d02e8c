import { crc32, deflateRawSync } from 'node:zlib';

/** A line of a page, in points; 11 where nothing is said. */
export interface PdfText {
  text: string;
  size?: number;
}

export interface PdfOptions {
  /** Protected by a password that nobody knows. */
  isEncrypted?: boolean;
}

/** A PDF of pages of lines, in Helvetica, from the top of each page on. */
export const pdfOf = (
  pages: readonly (readonly PdfText[])[],
  { isEncrypted = false }: PdfOptions = {},
): Buffer => {
  const objects: string[] = ['', '', '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  const kids: number[] = [];
  for (const lines of pages) {
    const content = writeLines(lines);
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${objects.length} 0 R ` +
        '/Resources << /Font << /F1 3 0 R >> >> >>',
    );
    kids.push(objects.length);
  }
  objects[0] = '<< /Type /Catalog /Pages 2 0 R >>';
  objects[1] = `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`;
  return writePdf(objects, isEncrypted);
};

const writeLines = (lines: readonly PdfText[]): string => {
  let y = 800;
  return lines
    .map(({ text, size = 11 }) => {
      y -= text === '' ? size * 1.5 : size * 1.3;
      return `BT /F1 ${size} Tf 60 ${y.toFixed(1)} Td (${text.replace(/[\\()]/g, '\\$&')}) Tj ET`;
    })
    .join('\n');
};

const writePdf = (objects: readonly string[], isEncrypted: boolean): Buffer => {
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const key = '5f'.repeat(32);
  const protection = isEncrypted
    ? `/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${key}> /U <${key}> >> `
    : '';
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${protection}>>\nstartxref\n${start}\n%%EOF`;
  return Buffer.from(file, 'latin1');
};

export interface ZipEntry {
  name: string;
  content: Buffer | string;
  /** What the directory says of its size, where that is a lie. */
  claimedSize?: number;
  isEncrypted?: boolean;
}

/** A zip archive; everything in it is deflated. */
export const zipOf = (entries: readonly ZipEntry[]): Buffer => {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimedSize, isEncrypted = false } of entries) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(isEncrypted ? 1 : 0, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimedSize ?? bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), common, rest, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, index, Buffer.from('PK\u0005\u0006'), end]);
};

export interface WordParagraph {
  text: string;
  /** A name of Word's, as `Heading1`. */
  style?: string;
}

/** A Word document of paragraphs, and of what else is put into its archive. */
export const docxOf = (paragraphs: readonly WordParagraph[], others: readonly ZipEntry[] = []): Buffer =>
  zipOf([
    { name: '[Content_Types].xml', content: CONTENT_TYPES },
    { name: '_rels/.rels', content: RELATIONS },
    { name: 'word/document.xml', content: writeWord(paragraphs) },
    ...others,
  ]);

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const CONTENT_TYPES =
  `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.` +
  `relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${WORD}"/></Types>`;
const RELATIONS =
  `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/officeDocument" ` +
  'Target="word/document.xml"/></Relationships>';

const writeWord = (paragraphs: readonly WordParagraph[]): string => {
  const body = paragraphs.map(({ text, style }) => {
    const properties = style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
    const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
    return `<w:p>${properties}<w:r><w:t xml:space="preserve">${escaped}</w:t></w:r></w:p>`;
  });
  const namespace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  return `${XML}<w:document xmlns:w="${namespace}"><w:body>${body.join('')}</w:body></w:document>`;
};
