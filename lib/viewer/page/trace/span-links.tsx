import type { SpanRecord } from '../../analysis/span-record.js';
import { Link } from '../parts/link.js';
import { pathOfTrace } from '../state/screen.js';
import { Section } from './details-section.js';

/** The spans that a span links to. */
export function SpanLinks({ record }: { readonly record: SpanRecord; readonly version: unknown }) {
  const links = record.links ?? [];
  if (links.length === 0) return null;
  return (
    <Section title={`Links (${links.length})`} isOpen>
      <ul class="links">
        {links.map(({ traceId, spanId }) => (
          <li key={`${traceId}${spanId}`}>
            <Link href={`${pathOfTrace(traceId)}?span=${spanId}`}>
              <code>
                {traceId.slice(0, 8)}… {spanId}
              </code>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
