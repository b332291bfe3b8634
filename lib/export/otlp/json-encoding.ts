import type { InstrumentationScope, Resource } from '../../trace/index.js';
import { type EncodedItem, ListEncoding } from '../encoded-list.js';
import { groupByScope, runsOfFrame } from './group-by-scope.js';
import { jsonAttributes, jsonText } from './json-value.js';
import type { JsonFrame, JsonSignal } from './signal.js';

/** OTLP in the JSON form of protobuf. */
export class JsonEncoding<
  T extends { resource: Resource; instrumentationScope: InstrumentationScope },
> extends ListEncoding<T> {
  constructor(signal: JsonSignal<T>) {
    super({
      contentType: 'application/json',
      encode: (item) => Buffer.from(signal.encode(item)),
      nameOf: (item) => signal.nameOf(item),
      ...(signal.frame && { frameOf: signal.frame.of }),
      join: (items) => join(items, signal),
    });
  }
}

const COMMA = Buffer.from(',');

function join(items: readonly EncodedItem[], { members, frame }: JsonSignal<never>): Buffer {
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
      if (frame === undefined) pushItems(chunks, itemsOfScope);
      else pushFrames(chunks, itemsOfScope, frame);
      text = `]${jsonSchemaUrl(scope.schemaUrl)}}`;
    }
    text += `]${jsonSchemaUrl(resource.schemaUrl)}}`;
  }
  chunks.push(Buffer.from(`${text}]}`));
  return Buffer.concat(chunks);
}

function pushItems(chunks: Buffer[], items: readonly EncodedItem[]): void {
  for (const { bytes } of items) chunks.push(bytes, COMMA);
  chunks.pop();
}

function pushFrames(
  chunks: Buffer[],
  items: readonly EncodedItem[],
  { open, close }: JsonFrame<never>,
): void {
  let comma = '';
  for (const { frame, items: itemsOfFrame } of runsOfFrame(items)) {
    chunks.push(Buffer.from(comma + open(frame as object)));
    pushItems(chunks, itemsOfFrame);
    chunks.push(Buffer.from(close));
    comma = ',';
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
