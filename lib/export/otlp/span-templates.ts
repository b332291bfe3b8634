import type { AttributeList } from '../../trace/index.js';
import { encodeKey, writeAttribute, writeKeyedAttribute } from './protobuf-attribute.js';
import type { ProtobufWriter } from './protobuf-writer.js';

/** How many names, and how many templates, are remembered; one more clears them all. */
const MAX_NAMES = 256;
const MAX_TEMPLATES = 512;
/** Keys and values. */
const MAX_LENGTH = 64;
const MAX_CONSTANT_BYTES = 4096;
/** Spans after which a template is learned anew, because what its spans have in common may change. */
const RELEARN_AFTER_SPANS = 4096;

const NO_BYTES = new Uint8Array(0);

/** A part of a list: encoded attributes that are the same in all spans, and one behind them that is not. */
interface Part {
  /** The encoded attributes before the one that differs. */
  readonly constants: Uint8Array;
  /** The index of the key that differs or whose value differs; the length of the list if there is none. */
  readonly at: number;
  /** The key, if only its value differs. */
  readonly key: string | undefined;
  /** The key as {@link encodeKey} writes it. */
  readonly head: Uint8Array | undefined;
}

/** What the lists of one length of the spans of one name have in common. */
class Template {
  /** Spans so far. */
  spanCount = 0;
  /** Keys and values of the first list; undefined in place of those that differ. Empty while nothing is known. */
  known: (AttributeList[number] | undefined)[] = [];
  /** Indexes of the keys of attributes that are the same in all spans. */
  constantAt: number[] = [];
  parts: Part[] = [];
}

/** The templates of the spans of one name. */
export class NamedTemplates {
  /** By half the length of the list. */
  readonly byCount: (Template | undefined)[] = [];
  spanCount = 0;
  /** The field with the name, encoded; empty until the name occurs again. */
  nameField: Uint8Array = NO_BYTES;
}

/**
 * Writes names and attributes of spans. Spans of one name mostly have the same keys in the same order, and part of the
 * values: the method, the server, the route. What a template knows is copied instead of encoded, which takes a quarter
 * of the time. The bytes are those that encoding one attribute after the other gives.
 */
export class SpanTemplates {
  readonly #byName = new Map<string, NamedTemplates>();
  #templateCount = 0;

  of(name: string): NamedTemplates {
    let named = this.#byName.get(name);
    if (named === undefined) {
      if (this.#byName.size >= MAX_NAMES) this.#clear();
      named = new NamedTemplates();
      this.#byName.set(name, named);
    }
    return named;
  }

  /** @param tag the byte before the field, the same in all calls */
  writeName(writer: ProtobufWriter, tag: number, named: NamedTemplates, name: string): void {
    if (named.nameField.length > 0) {
      writer.raw(named.nameField);
      return;
    }
    const start = writer.position;
    writer.string(tag, name);
    // Nothing is kept of the first span: some applications use each name only once.
    if (++named.spanCount > 1) named.nameField = writer.copyFrom(start);
  }

  /** @param tag the byte before the field, the same in all calls */
  writeAttributes(
    writer: ProtobufWriter,
    tag: number,
    named: NamedTemplates,
    list: AttributeList,
  ): void {
    const template = list.length > MAX_LENGTH ? undefined : this.#templateFor(named, list.length);
    if (template === undefined || ++template.spanCount === 1) {
      writeList(writer, tag, list);
      return;
    }
    if (template.spanCount === 2) learn(template, writer, tag, list);
    else if (!fits(template, list)) relax(template, writer, tag, list);
    writeParts(template, writer, tag, list);
  }

  #templateFor(named: NamedTemplates, length: number): Template {
    const count = length >> 1;
    const known = named.byCount[count];
    if (known !== undefined && known.spanCount < RELEARN_AFTER_SPANS) return known;
    if (known === undefined && ++this.#templateCount > MAX_TEMPLATES) this.#clear();
    const template = new Template();
    while (named.byCount.length < count) named.byCount.push(undefined);
    named.byCount[count] = template;
    return template;
  }

  #clear(): void {
    this.#byName.clear();
    this.#templateCount = 0;
  }
}

/** True if the list has the constants and the keys of the template. */
function fits({ known, constantAt, parts }: Template, list: AttributeList): boolean {
  for (let c = 0; c < constantAt.length; c++) {
    const i = constantAt[c] as number;
    if (known[i] !== list[i] || known[i + 1] !== list[i + 1]) return false;
  }
  for (let p = 0; p < parts.length; p++) {
    const { key, at } = parts[p] as Part;
    if (key !== undefined && key !== list[at]) return false;
  }
  return true;
}

function learn(template: Template, writer: ProtobufWriter, tag: number, list: AttributeList): void {
  template.known = [...list];
  buildParts(template, writer, tag, list);
}

/** Forgets what the list has otherwise. */
function relax(template: Template, writer: ProtobufWriter, tag: number, list: AttributeList): void {
  const { known } = template;
  for (let i = 0; i < list.length; i += 2) {
    if (known[i + 1] !== list[i + 1]) known[i + 1] = undefined;
    if (known[i] === list[i]) continue;
    known[i] = undefined;
    known[i + 1] = undefined;
  }
  buildParts(template, writer, tag, list);
}

/** @param list fits what is known; its constants are encoded */
function buildParts(
  template: Template,
  writer: ProtobufWriter,
  tag: number,
  list: AttributeList,
): void {
  const { known } = template;
  const start = writer.position;
  template.constantAt = [];
  template.parts = [];
  let constantsStart = start;
  for (let i = 0; i < list.length; i += 2) {
    const key = known[i] as string | undefined;
    if (known[i + 1] !== undefined && writer.position - start <= MAX_CONSTANT_BYTES) {
      writeAttribute(writer, tag, key as string, list[i + 1]);
      template.constantAt.push(i);
      continue;
    }
    const head = key === undefined ? undefined : encodeKey(key);
    const constants = writer.copyFrom(constantsStart);
    template.parts.push({ constants, at: i, key: head && key, head });
    constantsStart = writer.position;
  }
  const constants = writer.copyFrom(constantsStart);
  template.parts.push({ constants, at: list.length, key: undefined, head: undefined });
  writer.position = start;
}

function writeParts(
  { parts }: Template,
  writer: ProtobufWriter,
  tag: number,
  list: AttributeList,
): void {
  const last = parts.length - 1;
  for (let p = 0; p <= last; p++) {
    const { constants, at, key, head } = parts[p] as Part;
    if (constants.length > 0) writer.raw(constants);
    if (p === last) return;
    if (head === undefined) writeAttribute(writer, tag, list[at] as string, list[at + 1]);
    else writeKeyedAttribute(writer, tag, key as string, head, list[at + 1]);
  }
}

/** Writes the attributes one after the other. */
export function writeList(writer: ProtobufWriter, tag: number, list: AttributeList): void {
  for (let i = 0; i < list.length; i += 2) {
    writeAttribute(writer, tag, list[i] as string, list[i + 1]);
  }
}
