import type { InstrumentationScope, Resource } from '../../trace/index.js';
import { type EncodedItem, ListEncoding } from '../encoded-list.js';
import { groupByScope } from './group-by-scope.js';
import { jsonAttributes, jsonText } from './json-value.js';
import type { JsonSignal } from './signal.js';

/** OTLP in the JSON form of protobuf. */
export class JsonEncoding<
  T extends { resource: Resource; instrumentationScope: InstrumentationScope },
> extends ListEncoding<T> {
  constructor(signal: JsonSignal<T>) {
    super({
      contentType: 'application/json',
      encode: (item) => Buffer.from(signal.encode(item)),
      nameOf: (item) => signal.nameOf(item),
      join: (items) => join(items, signal),
    });
  }
}

const COMMA = Buffer.from(',');

function join(items: readonly EncodedItem[], { members }: JsonSignal<never>): Buffer {
  const [resourcesMember, scopesMember, itemsMember] = members;
  const chunks: Buffer[] = [];
  let text = `{"${resourcesMember}":[`;
  let resourceComma = '';
  for (const { resource, scopes } of groupByScope(items)) {
    text += `${resourceComma}{${jsonResource(resource)},"${scopesMember}":[`;
    resourceComma = ',';
    let scopeComma = '';
    for (const { scope, items: itemsOfScope } of scopes) {
      text += `${scopeComma}{${jsonScope(scope)},"${itemsMember}":[`;
      scopeComma = ',';
      chunks.push(Buffer.from(text));
      for (const { bytes } of itemsOfScope) chunks.push(bytes, COMMA);
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
