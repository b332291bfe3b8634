import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Span } from '@opentelemetry/api';
import { createTracing } from '../../../lib/assembly/create-tracing.js';
import { type InFlightOptions, SpansInFlight } from '../../../lib/assembly/spans-in-flight.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { KeepingProcessor, providerFor } from '../../support/span-source.js';
import { until } from '../../support/until.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const opened: SpansInFlight[] = [];

afterEach(async () => {
  for (const inFlight of opened.splice(0)) await inFlight.shutdown();
});

function harness(options: InFlightOptions = {}) {
  const lines: string[] = [];
  const inFlight = new SpansInFlight(
    options,
    new Diagnostics({ warn: (line) => lines.push(line) }),
  );
  opened.push(inFlight);
  const { tracer } = providerFor(inFlight);
  const namesOpen = (): string[] => inFlight.list().map(({ name }) => name);
  return { inFlight, tracer, lines, namesOpen };
}

describe('SpansInFlight', () => {
  it('lists the open spans, the oldest first, and where they were started', () => {
    const { inFlight, tracer, namesOpen } = harness();
    const [first, second] = [tracer.startSpan('first'), tracer.startSpan('second')];
    const { traceId, spanId } = first.spanContext();
    expect(inFlight.list()[0]).toEqual({
      ...{ name: 'first', traceId, spanId },
      ageMillis: expect.any(Number),
      startedAt: expect.arrayContaining([expect.stringContaining('spans-in-flight.spec.ts')]),
    });
    expect(inFlight.list()[0]?.startedAt[0]).toContain('spans-in-flight.spec.ts');
    second.updateName('renamed');
    expect(namesOpen()).toEqual(['first', 'renamed']);
    first.end();
    expect(namesOpen()).toEqual(['renamed']);
    second.end();
    expect(inFlight.size).toBe(0);
  });

  it('gives the spans of an age, the oldest first', () => {
    const { inFlight, tracer } = harness();
    const [first, second] = [tracer.startSpan('first'), tracer.startSpan('second')];
    expect([...inFlight.olderThan(0)]).toEqual([first, second]);
    expect([...inFlight.olderThan(60_000)]).toEqual([]);
    first.end();
    expect([...inFlight.olderThan(0)]).toEqual([second]);
    second.end();
  });

  it('captures no stack where none is wanted', () => {
    const { inFlight, tracer } = harness({ captureStacks: false });
    const span = tracer.startSpan('open');
    expect(inFlight.list()[0]?.startedAt).toEqual([]);
    span.end();
  });

  it('warns once of a span that grows old', async () => {
    const { tracer, lines, inFlight } = harness({ warnAfterMillis: 1 });
    const span = tracer.startSpan('stuck');
    await until(
      () => lines.length > 0,
      () => lines,
    );
    inFlight.check();
    inFlight.check();
    expect(lines).toEqual([
      expect.stringMatching(/^A span has been open for \d+ ms: stuck, started at .*\.spec\.ts/),
    ]);
    span.end();
  });

  it('does not warn of a span that has ended, nor where it shall never warn', () => {
    const { tracer, lines, inFlight } = harness({ warnAfterMillis: Number.POSITIVE_INFINITY });
    const span = tracer.startSpan('open');
    inFlight.check();
    span.end();
    inFlight.check();
    expect(lines).toEqual([]);
  });

  it('holds no span: one that nobody holds is collected, reported and forgotten', async () => {
    const { tracer, lines, inFlight, namesOpen } = harness();
    const held: Span[] = [tracer.startSpan('held')];
    for (let i = 0; i < 50; i++) tracer.startSpan('left alone');
    expect(inFlight.size).toBe(51);
    // A span that was just made or looked at is not collected before the event loop has turned.
    await setImmediate();
    collectGarbage();
    expect(namesOpen()).toEqual(['held']);
    inFlight.check();
    expect(inFlight.size).toBe(1);
    expect(lines[0]).toMatch(
      /^A span was garbage-collected before it ended\. It is lost\. .*: left alone, started at /,
    );
    held[0]?.end();
    expect(inFlight.size).toBe(0);
  });

  it('leaks nothing over many spans', () => {
    const { tracer, inFlight } = harness({ captureStacks: false });
    for (let i = 0; i < 20_000; i++) tracer.startSpan('short').end();
    expect(inFlight.size).toBe(0);
  });

  it('forgets all when it is shut down, and takes no more', async () => {
    const { tracer, inFlight } = harness();
    const span = tracer.startSpan('open');
    await inFlight.forceFlush();
    expect(inFlight.size).toBe(1);
    await inFlight.shutdown();
    tracer.startSpan('later').end();
    expect(inFlight.size).toBe(0);
    span.end();
  });

  it.each([0, -1, Number.NaN, 'soon'])('refuses %p', (warnAfterMillis) => {
    const options = { warnAfterMillis: warnAfterMillis as number };
    expect(() => harness(options)).toThrow('inFlight.warnAfterMillis must be a number');
  });
});

describe('the option inFlight', () => {
  it.each([
    [true, ['open']],
    [{ warnAfterMillis: 5000 }, ['open']],
    [false, []],
    [undefined, []],
  ])('of %p makes the statistics list %j', async (inFlight, names) => {
    const tracing = createTracing({
      registerGlobally: false,
      spanProcessors: [new KeepingProcessor()],
      ...(inFlight === undefined ? {} : { inFlight }),
    });
    const span = tracing.tracer.startSpan('open');
    expect(tracing.statistics.spansInFlight().map(({ name }) => name)).toEqual(names);
    expect(tracing.statistics.counts().pipelines).toEqual([]);
    span.end();
    await tracing.shutdown();
  });
});
