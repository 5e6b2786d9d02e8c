import ReactMarkdown from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';

/** Markdown that somebody else wrote, an agent for example: raw HTML is dropped, links open elsewhere, images do not load. */
export default function MarkdownBody({ children }: { children: string }) {
  return (
    <div className="prose">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeSanitize]}
        components={{
          a: ({ href, children: text }) => (
            <a href={href} target="_blank" rel="noreferrer noopener">
              {text}
            </a>
          ),
          // A picture's address would tell its server who reads the report.
          img: ({ alt }) => (
            <span className="text-ink-2">[{alt === undefined || alt === '' ? 'picture' : alt}]</span>
          ),
          input: (task) => (
            <input type="checkbox" checked={task.checked ?? false} disabled aria-label="Task" />
          ),
        }}
      >
        {children}
      </ReactMarkdown>
    </div>
  );
}
