import { describe, expect, it } from '@jest/globals';
import { measureClocks } from '../../../../lib/viewer/analysis/clock-skew.js';
import type { SpanRecord } from '../../../../lib/viewer/analysis/span-record.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

/** Each service of the text runs on a host; a service with `?` on one that it does not name. */
function measure(text: string, hostOf: (service: string) => string | undefined = (s) => s) {
  const services = [...text.matchAll(/@(\S+)/g)].map(([, service]) => service as string);
  const resources = new Map(
    services.map((service) => [
      service,
      { attributes: { 'service.name': service, 'host.name': hostOf(service) ?? null } },
    ]),
  );
  const extras: Record<string, Partial<SpanRecord>> = {};
  for (const [, name, service] of text.matchAll(/^\s*(\S+) .*@(\S+)/gm)) {
    extras[name as string] = { resource: resources.get(service as string) };
  }
  const trace = traceOfLines(text, extras as never);
  const { aheadNanos, corrections } = measureClocks(trace);
  const ahead = trace.resourceTable.map(({ service }, i) => [service, aheadNanos[i]]);
  return { ahead: Object.fromEntries(ahead), corrections };
}

describe('measureClocks', () => {
  it('takes half of the difference at both ends of a call', () => {
    const { ahead, corrections } = measure('A [client] @a 0-10\n  B [server] @b 103-107');
    expect(ahead).toEqual({ a: 0, b: 100e6 });
    expect(corrections).toEqual([{ host: 'b', aheadNanos: 100e6, pairCount: 1 }]);
  });

  it('takes the median of all calls, but lets no server start before its call', () => {
    const calls = 'R @a 0-100\n  A [client] @a 0-10\n    B [server] @b -47--43';
    const more = '\n  C [client] @a 20-30\n    D [server] @b -26--24';
    const third = '\n  E [client] @a 40-50\n    F [server] @b -5--1';
    // Differences of 50, 50 and 48 ms behind; the starts allow 47, 46 and 45.
    expect(measure(calls + more + third).ahead).toEqual({ a: 0, b: -50e6 });
    const server = 'A [client] @a 0-10\n  B [server] @b -2-16';
    expect(measure(server).ahead).toEqual({ a: 0, b: -2e6 });
  });

  it('adds differences up along the calls', () => {
    const { ahead } = measure(
      'A [client] @a 0-10\n  B [server] @b 102-108\n    C [client] @b 103-107\n      D [server] @c 1-3',
    );
    expect(ahead).toEqual({ a: 0, b: 100e6, c: -3e6 });
  });

  it('leaves clocks whose calls are possible as they are, beside those that are not', () => {
    const { ahead } = measure(
      'A [client] @a 0-10\n  B [server] @b 102-108\n    C [client] @b 103-107\n      D [server] @c 103-105',
    );
    expect(ahead).toEqual({ a: 0, b: 100e6, c: 100e6 });
  });

  it('leaves clocks whose calls are possible as they are', () => {
    expect(measure('A [client] @a 0-10\n  B [server] @b 1-2').corrections).toEqual([]);
  });

  it('leaves processes of one host and of unknown hosts as they are', () => {
    const text = 'A [client] @a 0-10\n  B [server] @b 103-107';
    expect(measure(text, () => 'one').corrections).toEqual([]);
    expect(measure(text, (service) => (service === 'b' ? undefined : service)).ahead).toEqual({
      a: 0,
      b: 0,
    });
  });

  it('does not read a difference from calls that are running', () => {
    expect(measure('A [client] @a 0-\n  B [server] @b 103-').corrections).toEqual([]);
  });

  it('corrects hosts that the first one did not call, by their own caller', () => {
    const { ahead } = measure('R @r 0-10\n  A [client] @a 0-10\n    B [server] @b 103-107');
    expect(ahead).toEqual({ r: 0, a: 0, b: 100e6 });
  });
});
