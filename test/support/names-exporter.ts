import { ListEncoding } from '../../lib/export/encoded-list.js';
import {
  EncodingExporter,
  type EncodingExporterOptions,
} from '../../lib/export/encoding-exporter.js';
import { SPAN_WORDS } from '../../lib/export/exporter.js';
import type { ExportResult } from '../../lib/export/index.js';
import { SendError } from '../../lib/export/sender.js';
import type { ReadableSpan } from '../../lib/trace/index.js';
import { ReadDiagnostics } from './exporter-doubles.js';
import { endedSpan } from './span-source.js';

/** Spans as their names, one a line; a span called `rotten` cannot be read. */
export const NAMES = new ListEncoding<ReadableSpan>({
  contentType: 'text/plain',
  nameOf: ({ name }) => name,
  encode: ({ name }) => {
    if (name === 'rotten') throw new Error('it is rotten');
    return Buffer.from(name);
  },
  join: (spans) => Buffer.from(spans.map(({ bytes }) => bytes.toString()).join('\n')),
});

/**
 * An exporter whose requests are the names of spans, one a line.
 *
 * @param answer what the server does with a request
 */
export function exporterFor(
  answer: (names: string[]) => unknown = () => {},
  options: Partial<EncodingExporterOptions<ReadableSpan>> = {},
) {
  const diagnostics = new ReadDiagnostics();
  const requests: string[][] = [];
  const seen = { opened: 0, released: 0, ending: 0, closed: 0, flushed: 0 };
  const exporter = new EncodingExporter({
    owner: 'TestExporter',
    words: SPAN_WORDS,
    encoding: {
      ...NAMES,
      openBody: (maxBytes) => {
        seen.opened++;
        const body = NAMES.openBody(maxBytes);
        const { finish } = body;
        body.finish = () => {
          const request = finish.call(body);
          return Object.assign(request, { release: () => seen.released++ });
        };
        return body;
      },
    },
    sender: {
      isFasterInParallel: true,
      send: async (body) => {
        if (seen.ending > 0) throw new Error('closed');
        const names = body.toString().split('\n');
        requests.push(names);
        await answer(names);
        return { body: Buffer.from(String(names.length)), contentType: 'text/count' };
      },
      flush: async () => {
        seen.flushed++;
      },
      endSoon: () => {
        seen.ending++;
      },
      close: async () => {
        seen.closed++;
      },
    },
    timeoutMillis: 10_000,
    concurrencyLimit: undefined,
    maxRequestBytes: undefined,
    diagnostics,
    ...options,
  });
  return { exporter, requests, seen, lines: diagnostics.lines };
}

/** A server that accepts requests of so many bytes. */
export function acceptsUpTo(maxBytes: number): (names: string[]) => void {
  return (names) => {
    const { length } = names.join('\n');
    if (length > maxBytes) throw new SendError(`413 for ${length}`, 413, true);
  };
}

export function named(...names: string[]): ReadableSpan[] {
  return names.map((name) => endedSpan(name));
}

export function exportTo(
  exporter: EncodingExporter<ReadableSpan>,
  spans: ReadableSpan[],
): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}
