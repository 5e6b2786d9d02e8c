import { type ReactNode, useRef } from 'react';
import ReactMarkdown from 'react-markdown';
import { Link } from 'react-router';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';

import { type Cite, citing } from './citing.ts';
import { CopyButton } from './copy-button.tsx';

/** Markdown that somebody else wrote, an agent for example: raw HTML is dropped, links open elsewhere, images do not load. */
export default function MarkdownBody({ children, cites }: { children: string; cites: readonly Cite[] }) {
  return (
    <div className="prose">
      <ReactMarkdown
        remarkPlugins={[remarkGfm, citing(cites)]}
        rehypePlugins={[rehypeSanitize]}
        components={{
          a: ({ href, children: text }) => {
            const cite = cites.find(({ to }) => to === href);
            return cite === undefined ? (
              <a href={href} target="_blank" rel="noreferrer noopener">
                {text}
              </a>
            ) : (
              <Link to={cite.to} title={cite.words} aria-label={`Citation ${cite.number}: ${cite.words}`}>
                {text}
              </Link>
            );
          },
          // A picture's address would tell its server who reads the report.
          img: ({ alt }) => (
            <span className="text-ink-2">[{alt === undefined || alt === '' ? 'picture' : alt}]</span>
          ),
          input: (task) => (
            <input type="checkbox" checked={task.checked ?? false} disabled aria-label="Task" />
          ),
          pre: ({ children: code }) => <CodeBlock>{code}</CodeBlock>,
        }}
      >
        {children}
      </ReactMarkdown>
    </div>
  );
}

function CodeBlock({ children }: { children: ReactNode }) {
  const code = useRef<HTMLPreElement>(null);
  return (
    <div className="group/code relative">
      <pre ref={code} tabIndex={0}>
        {children}
      </pre>
      <div className="absolute top-1 right-1 rounded-input bg-sunken opacity-0 group-focus-within/code:opacity-100 group-hover/code:opacity-100 pointer-coarse:opacity-100">
        <CopyButton iconOnly label="Copy the code" text={() => code.current?.textContent ?? ''} />
      </div>
    </div>
  );
}
