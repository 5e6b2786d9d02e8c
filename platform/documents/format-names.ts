import type { DocumentFormat } from '../../contracts/knowledge.ts';

const ENDINGS: Record<DocumentFormat, string> = {
  text: 'txt text log rst adoc asciidoc org tex srt vtt',
  markdown: 'md markdown mdx mkd qmd rmd',
  html: 'html htm xhtml',
  csv: 'csv tsv tab',
  json: 'json jsonl ndjson geojson ipynb webmanifest',
  pdf: 'pdf',
  docx: 'docx docm',
  code:
    'ts tsx mts cts js jsx mjs cjs py pyi rb php java kt kts scala groovy go rs c h cc cpp cxx hpp hh m mm cs fs vb swift ' +
    'dart lua pl pm r jl hs ml mli ex exs erl clj cljs lisp el scm sh bash zsh fish ps1 bat cmd sql graphql gql proto thrift ' +
    'tf hcl nix yaml yml toml ini cfg conf env properties xml xsd xsl svg css scss sass less vue svelte astro gradle cmake make mk ' +
    'dockerfile diff patch asm s zig nim v sol json5 jsonc',
};

const FORMAT_OF_ENDING = new Map(
  // The keys of this record are formats.
  (Object.entries(ENDINGS) as [DocumentFormat, string][]).flatMap(([format, endings]) =>
    endings.split(' ').map((ending) => [ending, format] as const),
  ),
);

const FORMAT_OF_FILE = new Map<string, DocumentFormat>([
  ['dockerfile', 'code'],
  ['makefile', 'code'],
  ['rakefile', 'code'],
  ['gemfile', 'code'],
  ['jenkinsfile', 'code'],
]);

const FORMAT_OF_MEDIA_TYPE = new Map<string, DocumentFormat>([
  ['text/plain', 'text'],
  ['text/markdown', 'markdown'],
  ['text/x-markdown', 'markdown'],
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['text/csv', 'csv'],
  ['text/tab-separated-values', 'csv'],
  ['application/json', 'json'],
  ['application/x-ndjson', 'json'],
  ['application/pdf', 'pdf'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['text/javascript', 'code'],
  ['application/javascript', 'code'],
  ['application/xml', 'code'],
  ['text/xml', 'code'],
  ['application/yaml', 'code'],
]);

/** What the name of a file promises; null where it says nothing. */
export const formatOfName = (name: string): DocumentFormat | null => {
  const file = (name.split(/[/\\]/).at(-1) ?? '').toLowerCase();
  const ending = file.includes('.') ? (file.split('.').at(-1) ?? '') : '';
  return FORMAT_OF_FILE.get(file) ?? FORMAT_OF_ENDING.get(ending) ?? null;
};

export const formatOfMediaType = (mediaType: string | undefined): DocumentFormat | null =>
  FORMAT_OF_MEDIA_TYPE.get((mediaType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '') ?? null;
