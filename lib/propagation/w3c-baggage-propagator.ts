import {
  type BaggageEntry,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { readList } from '../carriers/carrier.js';
import { isSuppressed } from '../context/index.js';
import { Diagnostics } from '../diagnostics.js';
import { MAX_BAGGAGE_BYTES, MAX_BAGGAGE_MEMBERS, membersWithinLimits } from './baggage-limits.js';
import { isBaggageKey, lengthOf, parseMember, positionOf, writeMember } from './baggage-member.js';
import { EntryMapBaggage } from './entry-map-baggage.js';

const BAGGAGE = 'baggage';
const COMMA = 0x2c;
/** A longer header is cut. Larger than the limit, because whitespace and invalid members do not count. */
const MAX_READ_LENGTH = 2 * MAX_BAGGAGE_BYTES;
/** Maximum number of parsed members, valid or not. */
const MAX_ATTEMPTS = 2 * MAX_BAGGAGE_MEMBERS;

/** Options of a {@link W3CBaggagePropagator}. */
export interface W3CBaggagePropagatorOptions {
  /** Receives reports about dropped members. @default new Diagnostics() */
  readonly diagnostics?: Diagnostics;
}

/**
 * Propagates the header `baggage`, with at most 64 members and 8192 bytes in each direction. Invalid
 * members, and members over a limit, are dropped; the others are kept.
 * Spec: W3C Baggage, `HTTP_HEADER_FORMAT.md`.
 */
export class W3CBaggagePropagator implements TextMapPropagator {
  readonly #diagnostics: Diagnostics;

  constructor(options: W3CBaggagePropagatorOptions = {}) {
    this.#diagnostics = options.diagnostics ?? new Diagnostics();
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const baggage = propagation.getBaggage(context);
    if (baggage === undefined || isSuppressed(context)) return;
    const members: string[] = [];
    for (const [key, entry] of baggage.getAllEntries()) {
      if (!isBaggageKey(key)) {
        this.#diagnostics.report('A baggage entry was not sent: its key is not an HTTP token');
        continue;
      }
      members.push(writeMember(key, entry));
    }
    const sent = membersWithinLimits(members, 1);
    for (let i = sent.length; i < members.length; i++) {
      this.#diagnostics.report('A baggage entry was not sent: more than 64 entries or 8192 bytes');
    }
    if (sent.length > 0) setter.set(carrier, BAGGAGE, sent.join(','));
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = readList(carrier, getter, BAGGAGE);
    if (header === undefined) return context;
    const entries = new Map<string, BaggageEntry>();
    const unreadCount = readMembers(header, entries);
    if (unreadCount > 0) {
      this.#diagnostics.report(
        'A baggage member was not read: more than 64 members or 8192 bytes',
        undefined,
        unreadCount,
      );
    }
    if (entries.size === 0) return context;
    return propagation.setBaggage(context, new EntryMapBaggage(entries));
  }

  fields(): string[] {
    return [BAGGAGE];
  }
}

/**
 * Adds the members of `header` to `entries`. The work is bounded, because the header is untrusted.
 *
 * @returns the number of members that were dropped because of a limit
 */
function readMembers(header: string, entries: Map<string, BaggageEntry>): number {
  const end = Math.min(header.length, MAX_READ_LENGTH);
  let attempts = 0;
  let count = 0;
  let bytes = 0;
  let unreadCount = 0;
  for (let start = 0; start < end; ) {
    const comma = positionOf(header, COMMA, start, end);
    const isCut = comma === end && end < header.length && header.charCodeAt(end) !== COMMA;
    const longer = bytes + lengthOf(header, start, comma) + (count === 0 ? 0 : 1);
    const isFull =
      count === MAX_BAGGAGE_MEMBERS || attempts === MAX_ATTEMPTS || longer > MAX_BAGGAGE_BYTES;
    if (isCut || isFull) {
      unreadCount++;
    } else {
      attempts++;
      const member = parseMember(header, start, comma);
      if (member !== undefined) {
        entries.set(member.key, member.entry);
        bytes = longer;
        count++;
      }
    }
    start = comma + 1;
  }
  return unreadCount;
}
