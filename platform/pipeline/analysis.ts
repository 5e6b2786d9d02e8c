import { createLruCache } from '../expression/lru-cache.ts';
import { analyseExpression, type Reads } from '../expression/reads.ts';
import { analyseTemplate } from '../expression/template.ts';
import type { ExpressionField } from './expression-fields.ts';
import { createTimeBox } from './time-box.ts';

export type FieldAnalysis = { ok: true; reads: Reads } | { ok: false; message: string };

/** What a field reads, or why it cannot be parsed. */
export type Analyse = (field: Pick<ExpressionField, 'form' | 'source'>) => FieldAnalysis;

/** Longer sources are rare: they are not kept, and get a limit of time. */
const SHORT_SOURCE = 2_000;
const LONG_SOURCE_MS = 250;
const KEPT_ANALYSES = 5_000;

/** Keeps what it found out, since a plan is made of the same expressions for each run. */
export function createAnalysis(): Analyse {
  const cache = createLruCache<string, FieldAnalysis>(KEPT_ANALYSES);
  const timeBox = createTimeBox();
  return ({ form, source }) => {
    if (source.length <= SHORT_SOURCE)
      return cache.getOrCreate(`${form} ${source}`, () => analyse(form, source));
    const boxed = timeBox(LONG_SOURCE_MS, () => analyse(form, source));
    if (boxed.ok) return boxed.value;
    return {
      ok: false,
      message: `It takes more than ${LONG_SOURCE_MS} ms to read these expressions: make them shorter`,
    };
  };
}

function analyse(form: ExpressionField['form'], source: string): FieldAnalysis {
  if (form === 'expression') {
    const analysis = analyseExpression(source);
    if (analysis.ok) return analysis;
    const where = analysis.position === undefined ? '' : ` (at character ${analysis.position})`;
    return { ok: false, message: `cannot be read: ${analysis.message}${where}` };
  }
  const analysis = analyseTemplate(source);
  if (analysis.ok) return analysis;
  const reasons = analysis.problems.map(({ message }) => message).join('; ');
  return { ok: false, message: `holds an expression that cannot be read: ${reasons}` };
}
