import type { ShownSource, SourcesJson } from '../../api/source-json.js';
import { Section } from './details-section.js';
import { missingSourceReason, shownSources } from './shown-sources.js';
import { useAnswer } from './use-answer.js';

/** The source code that a span names: of its exceptions, and where it is itself. */
export function SpanSource({
  traceId,
  spanId,
  version,
}: {
  readonly traceId: string;
  readonly spanId: string;
  readonly version: unknown;
}) {
  const path = `/api/traces/${traceId}/spans/${spanId}/source`;
  const { value: answer } = useAnswer<SourcesJson>(path, version);
  if (answer === undefined) return null;
  const sources = shownSources(answer.locations);
  const reason = missingSourceReason(answer.locations);
  if (sources.length === 0 && reason === undefined) return null;
  return (
    <Section title="Source" isOpen>
      {reason !== undefined && <p class="dim">{reason}</p>}
      {sources.map(({ source, title }, index) => (
        <details key={title} open={index === 0}>
          <summary title={source.file}>{title}</summary>
          <Excerpt source={source} />
        </details>
      ))}
    </Section>
  );
}

function Excerpt({ source }: { readonly source: ShownSource }) {
  const { lines, firstLine, line, link, shortPath, isChanged } = source;
  return (
    <>
      <pre class="excerpt">
        {lines.map((text, index) => {
          const number = firstLine + index;
          return (
            <span key={number} class={number === line ? 'is-place' : undefined}>
              <i>
                {number === line ? '› ' : ''}
                {number}
              </i>
              {text}
              {'\n'}
            </span>
          );
        })}
      </pre>
      <p class="dim">
        {link === undefined ? shortPath : <a href={link}>open {shortPath} in the editor</a>}
        {isChanged && ', changed since the span ended'}
      </p>
    </>
  );
}
