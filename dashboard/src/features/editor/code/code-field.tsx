import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type CompletionContext,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, placeholder as placeholderText, tooltips } from '@codemirror/view';
import clsx from 'clsx';
import { useEffect, useEffectEvent, useRef } from 'react';

import type { Suggested } from '../model/completions.ts';
import type { Mistake } from '../model/yaml-text.ts';
import { codeTheme } from './code-theme.ts';
import { jsonata, template } from './jsonata-language.ts';

export type Language = 'jsonata' | 'template' | 'json' | 'yaml';

interface CodeFieldProps {
  value: string;
  onChange: (text: string) => void;
  language: Language;
  /** Its name, for who cannot see where it stands. */
  label: string;
  id?: string;
  describedBy?: string | undefined;
  invalid?: boolean | undefined;
  rows?: number;
  placeholder?: string | undefined;
  /** What may come next, from what stands before the cursor. */
  suggest?: (before: string) => Suggested | null;
  /** Takes the whole height of its place, and counts lines. */
  tall?: boolean;
  /** What is marked as wrong. */
  mistake?: Mistake | null;
  readOnly?: boolean;
}

const LANGUAGES: Record<Language, () => Extension> = {
  jsonata: () => jsonata,
  template: () => template,
  json: () => json(),
  yaml: () => yaml(),
};
/** Marks what did not come from the keyboard, such as an undo of the whole editor. */
const fromOutside = Annotation.define<true>();
const LINE_PX = 20;
const LONGEST_LOOK_BACK = 2_000;

/** A field for code: colours, brackets, suggestions, its own undo. Tab leaves it. */
export function CodeField(props: CodeFieldProps) {
  const { value, rows = 1, tall = false, invalid = false, readOnly = false } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const attributes = useRef(new Compartment());
  const told = useEffectEvent((text: string) => props.onChange(text));
  const suggested = useEffectEvent((before: string) => props.suggest?.(before) ?? null);
  const made = useEffectEvent((parent: HTMLElement) => {
    const complete = (context: CompletionContext) => {
      const before = context.state.sliceDoc(Math.max(0, context.pos - LONGEST_LOOK_BACK), context.pos);
      const found = suggested(before);
      if (found === null || found.suggestions.length === 0) return null;
      if (!context.explicit && found.typed === 0 && !before.endsWith('.')) return null;
      return { from: context.pos - found.typed, options: found.suggestions, validFor: /^[$\w]*$/ };
    };
    return new EditorView({
      parent,
      state: EditorState.create({
        doc: value,
        extensions: [
          history(),
          bracketMatching(),
          closeBrackets(),
          indentOnInput(),
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          tall ? lineNumbers() : [],
          tooltips({ position: 'fixed' }),
          autocompletion({ override: [complete], icons: false }),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
          LANGUAGES[props.language](),
          codeTheme,
          placeholderText(props.placeholder ?? ''),
          attributes.current.of(attributesOf(props)),
          EditorView.updateListener.of((update) => {
            const typed = update.transactions.some((step) => step.annotation(fromOutside) === undefined);
            if (update.docChanged && typed) told(update.state.doc.toString());
          }),
        ],
      }),
    });
  });
  useEffect(() => {
    if (place.current === null) return;
    const opened = made(place.current);
    view.current = opened;
    return () => {
      view.current = null;
      opened.destroy();
    };
  }, []);
  useEffect(() => {
    const opened = view.current;
    if (opened === null || opened.state.doc.toString() === value) return;
    opened.dispatch({
      changes: { from: 0, to: opened.state.doc.length, insert: value },
      annotations: fromOutside.of(true),
    });
  }, [value]);
  const { mistake = null } = props;
  useEffect(() => {
    const opened = view.current;
    if (opened === null) return;
    const { length } = opened.state.doc;
    const marks =
      mistake === null ? [] : [{ ...mistake, to: Math.min(mistake.to, length), severity: 'error' as const }];
    opened.dispatch(
      setDiagnostics(
        opened.state,
        marks.filter(({ from }) => from <= length),
      ),
    );
  }, [mistake]);
  const { label, id, describedBy } = props;
  useEffect(() => {
    view.current?.dispatch({
      effects: attributes.current.reconfigure(attributesOf({ label, id, describedBy, invalid })),
    });
  }, [label, id, describedBy, invalid]);
  return (
    <div
      ref={place}
      className={clsx(
        'min-w-0 overflow-hidden bg-surface',
        tall
          ? 'h-full [&_.cm-editor]:h-full'
          : 'rounded-input border focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent [&_.cm-scroller]:max-h-80',
        !tall && (invalid ? 'border-failed' : 'border-line-strong'),
      )}
      style={tall ? undefined : { ['--code-rows' as string]: `${rows * LINE_PX + 14}px` }}
      data-code-field
    />
  );
}

function attributesOf({
  label,
  id,
  describedBy,
  invalid = false,
}: Pick<CodeFieldProps, 'label' | 'describedBy' | 'invalid'> & { id?: string | undefined }): Extension {
  return EditorView.contentAttributes.of({
    'aria-label': label,
    tabindex: '0',
    ...(id !== undefined && { id }),
    ...(describedBy !== undefined && { 'aria-describedby': describedBy }),
    ...(invalid && { 'aria-invalid': 'true' }),
  });
}
