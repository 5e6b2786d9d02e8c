import type { Section } from './section.ts';

type Body = Pick<Section, 'content' | 'page' | 'firstLine' | 'cutBetween'>;

/** Puts what a reader meets in a document, headings and texts in turn, together to sections. */
export interface Outline {
  /** @param level - from 1, outermost */
  heading(level: number, title: string, at: Omit<Body, 'content'>): void;
  /** Text under the last heading. Blank ones are left out. */
  text(body: Body): void;
  sections(): Section[];
}

export const createOutline = (): Outline => {
  const sections: Section[] = [];
  let open: { level: number; title: string }[] = [];
  /** A heading that nothing stands under yet. */
  let bare: { title: string; above: string[]; at: Omit<Body, 'content'> } | undefined;

  /** A title with nothing under it is a text itself: it would be in no chunk otherwise. */
  const settleBare = (): void => {
    if (bare !== undefined) sections.push({ content: bare.title, headings: bare.above, ...bare.at });
    bare = undefined;
  };

  return {
    heading(level, title, at) {
      const words = title.replace(/\s+/g, ' ').trim();
      if (words === '') return;
      const parent = open.at(-1);
      // What follows deeper stands under it, and names it.
      if (parent !== undefined && level > parent.level) bare = undefined;
      else settleBare();
      open = open.filter((heading) => heading.level < level);
      bare = { title: words, above: open.map((heading) => heading.title), at };
      open.push({ level, title: words });
    },
    text(body) {
      if (body.content.trim() === '') return;
      bare = undefined;
      sections.push({ headings: open.map((heading) => heading.title), ...body });
    },
    sections() {
      settleBare();
      return sections;
    },
  };
};
