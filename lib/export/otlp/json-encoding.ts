import type { InstrumentationScope, ReadableSpan, Resource } from '../../trace/index.js';
import { groupSpans } from './group-spans.js';
import { toJsonSpan, toKeyValues, wellFormed } from './json-span.js';
import { Slices } from './slices.js';
import type { EncodedTraces, TraceEncoding } from './trace-encoding.js';

/** OTLP in the JSON form of protobuf. */
export class JsonEncoding implements TraceEncoding {
  readonly contentType = 'application/json';

  async encode(spans: readonly ReadableSpan[]): Promise<EncodedTraces> {
    const slices = new Slices();
    let skippedCount = 0;
    let skipCause: unknown;
    const resourceSpans: string[] = [];
    for (const { resource, scopes } of groupSpans(spans)) {
      const scopeSpans: string[] = [];
      for (const { scope, spans: spansOfScope } of scopes) {
        const texts: string[] = [];
        for (const span of spansOfScope) {
          try {
            texts.push(JSON.stringify(toJsonSpan(span)));
          } catch (error) {
            skipCause = skippedCount++ === 0 ? error : skipCause;
          }
          if (slices.isOver()) await slices.turn();
        }
        scopeSpans.push(around(toJsonScope(scope), 'spans', texts));
      }
      resourceSpans.push(around(toJsonResource(resource), 'scopeSpans', scopeSpans));
    }
    const body = Buffer.from(around({}, 'resourceSpans', resourceSpans));
    return { body, skippedCount, skipCause, release: () => {} };
  }
}

/** The JSON of `head` with one more member: a list of what is JSON already. */
function around(head: object, member: string, texts: readonly string[]): string {
  const members = JSON.stringify(head).slice(1, -1);
  return `{${members}${members === '' ? '' : ','}"${member}":[${texts.join(',')}]}`;
}

function toJsonResource({ attributes, schemaUrl }: Resource): object {
  return { resource: { attributes: toKeyValues(attributes) }, schemaUrl: schemaUrl || undefined };
}

function toJsonScope({ name, version, schemaUrl }: InstrumentationScope): object {
  return {
    scope: { name: wellFormed(name), version: version ? wellFormed(version) : undefined },
    schemaUrl: schemaUrl || undefined,
  };
}
