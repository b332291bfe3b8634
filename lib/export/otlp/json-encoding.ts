import type { InstrumentationScope, Resource } from '../../trace/index.js';
import { type EncodedSpan, SpanListEncoding } from '../span-list.js';
import { groupSpans } from './group-spans.js';
import { jsonAttributes, jsonSpan, jsonText } from './json-span.js';

/** OTLP in the JSON form of protobuf. */
export class JsonEncoding extends SpanListEncoding {
  constructor() {
    super({
      contentType: 'application/json',
      encodeSpan: (span) => Buffer.from(jsonSpan(span)),
      join: joinSpans,
    });
  }
}

const COMMA = Buffer.from(',');

function joinSpans(spans: readonly EncodedSpan[]): Buffer {
  const chunks: Buffer[] = [];
  let text = '{"resourceSpans":[';
  let resourceComma = '';
  for (const { resource, scopes } of groupSpans(spans)) {
    text += `${resourceComma}{${jsonResource(resource)},"scopeSpans":[`;
    resourceComma = ',';
    let scopeComma = '';
    for (const { scope, spans: spansOfScope } of scopes) {
      text += `${scopeComma}{${jsonScope(scope)},"spans":[`;
      scopeComma = ',';
      chunks.push(Buffer.from(text));
      for (const { bytes } of spansOfScope) chunks.push(bytes, COMMA);
      chunks.pop();
      text = `]${jsonSchemaUrl(scope.schemaUrl)}}`;
    }
    text += `]${jsonSchemaUrl(resource.schemaUrl)}}`;
  }
  chunks.push(Buffer.from(`${text}]}`));
  return Buffer.concat(chunks);
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
