import { describe, expect, it, jest } from '@jest/globals';
import type { TextMapPropagator } from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ConsoleSpanExporter,
  InMemorySpanExporter,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import {
  type PropagatorSubject,
  propagatorContract,
  type SamplerSubject,
  samplerContract,
  spanExporterContract,
} from '../../../../lib/testing/contracts/index.js';
import { failingCases } from './violations.js';

// Each list names the cases in which OpenTelemetry's own implementation departs from the contract. A version that
// departs elsewhere, or no longer, fails here.

const UPPER_CASE = 'injects nothing for a span context with upper case';
const SUPPRESSED = 'injects nothing where tracing is suppressed';
const NEVER_THROWS = 'never throws, for spoiled carriers';
const ONLY_VALID = 'extracts valid remote span contexts or none, from spoiled carriers';
const KNOWN_FLAGS = 'extracts only ids in lower case and known flags, from spoiled carriers';
const ACCEPTED = 'emits only what it accepts, after spoiled carriers';
const NO_PLACE = { carryBaggage: 'the format has no place for it' };

const PROPAGATORS: [string, () => TextMapPropagator, PropagatorSubject['cannot'], string[]][] = [
  [
    'W3CTraceContextPropagator',
    () => new W3CTraceContextPropagator(),
    NO_PLACE,
    [UPPER_CASE, KNOWN_FLAGS, ACCEPTED],
  ],
  [
    'W3CBaggagePropagator',
    () => new W3CBaggagePropagator(),
    { carrySpan: 'it carries baggage' },
    // It takes every header for a text.
    [NEVER_THROWS, ONLY_VALID, KNOWN_FLAGS, ACCEPTED],
  ],
  [
    'CompositePropagator',
    () =>
      new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
    undefined,
    [UPPER_CASE, KNOWN_FLAGS, ACCEPTED],
  ],
  ['B3Propagator, one header', () => new B3Propagator(), NO_PLACE, [UPPER_CASE]],
  [
    'B3Propagator, several headers',
    () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
    NO_PLACE,
    [UPPER_CASE],
  ],
  [
    'AWSXRayPropagator',
    () => new AWSXRayPropagator(),
    NO_PLACE,
    [UPPER_CASE, SUPPRESSED, KNOWN_FLAGS],
  ],
];

// Its samplers pass the threshold of the caller on, true or not.
const THRESHOLD = 'passes a threshold on only where it is true';

const SAMPLERS: [string, () => Sampler, Partial<SamplerSubject>, string[]][] = [
  ['AlwaysOnSampler', () => new AlwaysOnSampler(), {}, [THRESHOLD]],
  ['AlwaysOffSampler', () => new AlwaysOffSampler(), { staysOff: true }, [THRESHOLD]],
  [
    'TraceIdRatioBasedSampler',
    () => new TraceIdRatioBasedSampler(0.5),
    {},
    [THRESHOLD, 'samples what a caller wants to debug'],
  ],
  [
    'ParentBasedSampler',
    () => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }),
    {},
    [THRESHOLD, 'samples what a caller wants to debug'],
  ],
];

describe('the propagators of OpenTelemetry', () => {
  it.each(PROPAGATORS)('%s departs from the contract where it is known to', async (...row) => {
    const [name, create, cannot, departures] = row;
    const subject = { name, create, cannot, spoiledCarrierCount: 6_000 };
    expect(await failingCases(propagatorContract(subject))).toEqual(departures);
  });
});

describe('the samplers of OpenTelemetry', () => {
  it.each(SAMPLERS)('%s departs from the contract where it is known to', async (...row) => {
    const [name, create, others, departures] = row;
    const cases = samplerContract({ name, create, ...others });
    expect((await failingCases(cases)).sort()).toEqual([...departures].sort());
  });
});

describe('the exporters of OpenTelemetry', () => {
  it('InMemorySpanExporter keeps the contract', async () => {
    const cases = spanExporterContract({
      name: 'InMemorySpanExporter',
      create: () => {
        const exporter = new InMemorySpanExporter();
        return {
          exporter,
          deliveredNames: () => exporter.getFinishedSpans().map(({ name }) => name),
        };
      },
      cannot: { fail: 'memory takes everything' },
    });
    expect(await failingCases(cases)).toEqual([]);
  });

  it('ConsoleSpanExporter exports after its shutdown too', async () => {
    const dir = jest.spyOn(console, 'dir').mockImplementation(() => {});
    const subject = {
      name: 'ConsoleSpanExporter',
      create: () => ({
        exporter: new ConsoleSpanExporter(),
        deliveredNames: () => dir.mock.calls.map(([span]) => (span as { name: string }).name),
        close: () => dir.mockClear(),
      }),
      cannot: { fail: 'the console takes everything' },
    };
    expect(await failingCases(spanExporterContract(subject))).toEqual([
      'fails what comes after its shutdown',
      'says with an error that it was shut down',
    ]);
    const cannot = { ...subject.cannot, stop: 'it goes on after its shutdown' };
    expect(await failingCases(spanExporterContract({ ...subject, cannot }))).toEqual([]);
    dir.mockRestore();
  });
});

describe('what only nestjs-traced demands', () => {
  it('can be skipped as a whole, with a reason', async () => {
    const subject = {
      name: 'B3Propagator',
      create: () => new B3Propagator(),
      cannot: NO_PLACE,
      exceptOwnRules: 'it is for OpenTelemetry’s SDK',
      spoiledCarrierCount: 100,
    };
    expect(await failingCases(propagatorContract(subject))).toEqual([]);
  });
});
