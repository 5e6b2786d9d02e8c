import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** CodeMirror in the colours of the house; they follow the theme by themselves. */
export const codeTheme = [
  EditorView.theme({
    '&': { color: 'var(--ink)', backgroundColor: 'transparent', fontSize: '12px' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '20px', fontVariantLigatures: 'none' },
    '.cm-content': { padding: '7px 0', caretColor: 'var(--ink)' },
    '.cm-line': { padding: '0 10px' },
    '.cm-cursor': { borderLeftColor: 'var(--ink)' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
      backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent) !important',
    },
    '.cm-placeholder': { color: 'var(--ink-3)', whiteSpace: 'pre-wrap' },
    '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-3)', border: 'none' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
    '&.cm-focused .cm-matchingBracket': {
      backgroundColor: 'color-mix(in srgb, var(--accent) 18%, transparent)',
    },
    '.cm-tooltip': {
      backgroundColor: 'var(--raised)',
      color: 'var(--ink)',
      border: '1px solid var(--line-strong)',
      borderRadius: '6px',
      boxShadow: 'var(--shadow)',
      overflow: 'hidden',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul': {
      fontFamily: 'var(--font-mono)',
      fontSize: '12px',
      maxHeight: '15em',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
    '.cm-tooltip-autocomplete ul li[aria-selected]': {
      backgroundColor: 'var(--selected)',
      color: 'var(--ink)',
    },
    '.cm-completionDetail': { color: 'var(--ink-2)', fontStyle: 'normal', marginLeft: '10px' },
    '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)' },
    '.cm-tooltip.cm-completionInfo': { padding: '4px 8px', fontFamily: 'var(--font-sans)' },
    '.cm-diagnostic': { fontFamily: 'var(--font-sans)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: tags.string, color: 'var(--completed)' },
      { tag: tags.regexp, color: 'var(--waiting)' },
      { tag: [tags.number, tags.bool, tags.null], color: 'var(--waiting)' },
      { tag: tags.keyword, color: 'var(--accent)' },
      { tag: tags.typeName, color: 'var(--accent)' },
      { tag: tags.variableName, color: 'var(--running)' },
      { tag: tags.propertyName, color: 'var(--ink)' },
      { tag: tags.definition(tags.propertyName), color: 'var(--accent)' },
      { tag: tags.brace, color: 'var(--accent)' },
      { tag: tags.operator, color: 'var(--ink-2)' },
      { tag: tags.comment, color: 'var(--ink-3)' },
      { tag: tags.meta, color: 'var(--ink-2)' },
    ]),
  ),
];
