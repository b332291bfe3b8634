import type { LinkedSpan, LinkedSpans } from '../../api/linked-spans.js';
import { Link } from '../parts/link.js';
import { pathOfTrace } from '../state/screen.js';
import { Section } from './details-section.js';
import { useAnswer } from './use-answer.js';

/** The spans that a span links to, and those that link to it. */
export function SpanLinks({
  traceId,
  spanId,
  version,
}: {
  readonly traceId: string;
  readonly spanId: string;
  readonly version: unknown;
}) {
  const path = `/api/traces/${traceId}/spans/${spanId}/links`;
  const { value: links } = useAnswer<LinkedSpans>(path, version);
  if (links === undefined) return null;
  return (
    <>
      <LinkSection title="Links to" spans={links.to} />
      <LinkSection title="Linked from" spans={links.from} hasMore={links.hasMore} />
    </>
  );
}

function LinkSection({
  title,
  spans,
  hasMore = false,
}: {
  readonly title: string;
  readonly spans: readonly LinkedSpan[];
  readonly hasMore?: boolean;
}) {
  if (spans.length === 0) return null;
  return (
    <Section title={`${title} (${spans.length}${hasMore ? '+' : ''})`} isOpen>
      <ul class="links">
        {spans.map(({ traceId, spanId, isStored, name, service }) => (
          <li key={`${traceId}${spanId}`}>
            {isStored ? (
              <Link href={`${pathOfTrace(traceId)}?span=${spanId}`}>
                {name} in {service}
              </Link>
            ) : (
              <>
                <code>
                  {traceId} {spanId}
                </code>{' '}
                <span class="dim">not in the viewer</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
