import { CsvError, parse } from 'csv-parse/sync';

import { GatheringFailure } from '../../../contracts/failure.ts';
import { createTextMeter } from '../document-limits.ts';
import type { Section } from '../section.ts';

const MAX_ROW_LENGTH = 1_000_000;
const DELIMITERS = [',', ';', '\t', '|'];

/** A line for each row, its values behind their columns' names; `firstLine` counts rows, and the names are in the first. */
export const readCsv = (text: string): Section[] => {
  const rows: string[] = [];
  const meter = createTextMeter();
  let header: string[] | undefined;
  let isFirst = true;
  let firstLine = 1;
  const take = (row: string[]): null => {
    if (isFirst && looksLikeHeader(row)) {
      header = row.map(onOneLine);
      firstLine = 2;
    } else rows.push(meter.count(writeRow(row, header)));
    isFirst = false;
    return null;
  };
  try {
    parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: MAX_ROW_LENGTH,
      on_record: take,
    });
  } catch (cause) {
    throw cause instanceof CsvError ? refuse(cause) : cause;
  }
  if (rows.length === 0) return [section((header ?? []).join(', '), 1)];
  return [section(rows.join('\n'), firstLine)];
};

const section = (content: string, firstLine: number): Section => ({
  content,
  headings: [],
  page: null,
  firstLine,
  cutBetween: 'lines',
});

const refuse = (cause: CsvError): GatheringFailure => {
  const line = typeof cause['lines'] === 'number' ? ` at line ${cause['lines']}` : '';
  const reason =
    cause.code === 'CSV_MAX_RECORD_SIZE'
      ? `a row is longer than ${MAX_ROW_LENGTH.toLocaleString('en')} characters`
      : cause.code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'a quote is not closed'
        : cause.message;
  return new GatheringFailure('InvalidInput', `The table cannot be read${line}: ${reason}`, { cause });
};

/** The one that the first line has most of. */
const delimiterOf = (text: string): string => {
  const firstLine = text.slice(0, Math.min(indexOrEnd(text, '\n'), MAX_ROW_LENGTH)).replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => firstLine.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
};

const indexOrEnd = (text: string, part: string): number => {
  const index = text.indexOf(part);
  return index === -1 ? text.length : index;
};

/** Names: all there, all different, none a number. */
const looksLikeHeader = (row: readonly string[]): boolean =>
  new Set(row).size === row.length &&
  row.every((cell) => cell.trim() !== '' && Number.isNaN(Number(cell.replace(',', '.'))));

const onOneLine = (cell: string): string => cell.replace(/\s+/g, ' ').trim();

const writeRow = (row: readonly string[], header: readonly string[] | undefined): string =>
  row
    .map((cell, column) => {
      const value = onOneLine(cell);
      const name = header?.[column];
      return value === '' || name === undefined ? value : `${name}: ${value}`;
    })
    .filter((cell) => cell !== '')
    .join('; ');
