import type { InstrumentationScope, ReadableSpan, Resource } from '../../trace/index.js';
import { Slices } from '../slices.js';
import type { EncodedTraces, TraceEncoding } from '../trace-encoding.js';
import { groupSpans } from './group-spans.js';
import { jsonAttributes, jsonSpan, jsonText } from './json-span.js';

/** OTLP in the JSON form of protobuf. */
export class JsonEncoding implements TraceEncoding {
  readonly contentType = 'application/json';

  async encode(spans: readonly ReadableSpan[]): Promise<EncodedTraces> {
    const slices = new Slices();
    const chunks: Buffer[] = [];
    let skippedCount = 0;
    let skipCause: unknown;
    let text = '{"resourceSpans":[';
    let resourceComma = '';
    for (const { resource, scopes } of groupSpans(spans)) {
      text += `${resourceComma}{${jsonResource(resource)},"scopeSpans":[`;
      resourceComma = ',';
      let scopeComma = '';
      for (const { scope, spans: spansOfScope } of scopes) {
        text += `${scopeComma}{${jsonScope(scope)},"spans":[`;
        scopeComma = ',';
        let spanComma = '';
        for (const span of spansOfScope) {
          try {
            text += spanComma + jsonSpan(span);
            spanComma = ',';
          } catch (error) {
            skipCause = skippedCount++ === 0 ? error : skipCause;
          }
          if (!slices.isOver()) continue;
          // Converted to bytes in each slice, because a whole batch takes as long as a slice.
          chunks.push(Buffer.from(text));
          text = '';
          await slices.turn();
        }
        text += `]${jsonSchemaUrl(scope.schemaUrl)}}`;
      }
      text += `]${jsonSchemaUrl(resource.schemaUrl)}}`;
    }
    chunks.push(Buffer.from(`${text}]}`));
    return { body: Buffer.concat(chunks), skippedCount, skipCause, release: () => {} };
  }
}

function jsonResource({ attributes }: Resource): string {
  // `jsonAttributes` begins with a comma, which the first member must not have.
  return `"resource":{${jsonAttributes(attributes).slice(1)}}`;
}

function jsonScope({ name, version }: InstrumentationScope): string {
  const versionMember = version ? `,"version":${jsonText(version)}` : '';
  return `"scope":{"name":${jsonText(name)}${versionMember}}`;
}

function jsonSchemaUrl(schemaUrl: string | undefined): string {
  return schemaUrl ? `,"schemaUrl":${jsonText(schemaUrl)}` : '';
}
