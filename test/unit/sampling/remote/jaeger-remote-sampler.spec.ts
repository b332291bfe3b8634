import { afterEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { TracingContext } from '../../../../lib/context/index.js';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import {
  AlwaysRecordSampler,
  JaegerRemoteSampler,
  type JaegerRemoteSamplerOptions,
  ParentBasedSampler,
  RuleBasedSampler,
  SamplingDecision,
} from '../../../../lib/sampling/index.js';
import { describeSampler } from '../../../suites/sampler.suite.js';
import { ask, contextWith } from '../../../support/ask-sampler.js';
import {
  type Answer,
  type SamplingServer,
  startSamplingServer,
} from '../../../support/sampling-server.js';
import { until } from '../../../support/until.js';

const KEPT = 'f'.repeat(32);
const DROPPED = `${'0'.repeat(31)}1`;
const { RECORD_AND_SAMPLED, NOT_RECORD } = SamplingDecision;
const quiet = new Diagnostics({ warn: () => {} });
const probability = (samplingRate: number) => ({ probabilisticSampling: { samplingRate } });

describeSampler({
  name: 'JaegerRemoteSampler without a server',
  create() {
    const sampler = new JaegerRemoteSampler({
      serviceName: 'orders',
      initialSamplingRate: 0.5,
      diagnostics: quiet,
    });
    // It asks nobody then.
    sampler.shutdown();
    return sampler;
  },
});

describe('JaegerRemoteSampler', () => {
  const samplers: JaegerRemoteSampler[] = [];
  let server: SamplingServer | undefined;

  afterEach(async () => {
    for (const sampler of samplers.splice(0)) sampler.shutdown();
    await server?.close();
    server = undefined;
  });

  async function start(answer: Answer, options: Partial<JaegerRemoteSamplerOptions> = {}) {
    server = await startSamplingServer(answer);
    const warnings: string[] = [];
    const sampler = new JaegerRemoteSampler({
      serviceName: 'orders & co',
      endpoint: server.url,
      pollingIntervalMillis: 5,
      diagnostics: new Diagnostics({ warn: (message) => void warnings.push(message) }),
      ...options,
    });
    samplers.push(sampler);
    return { sampler, server, warnings };
  }

  const untilDescribed = (sampler: JaegerRemoteSampler, description: string) =>
    until(
      () => String(sampler) === `JaegerRemoteSampler{${description}}`,
      () => String(sampler),
    );
  const decisions = (sampler: JaegerRemoteSampler, name = 'a') =>
    [KEPT, DROPPED].map((id) => ask(sampler, TracingContext.ROOT, id, name).decision);

  it('asks for the strategies of its service, and follows their changes', async () => {
    const { sampler, server, warnings } = await start(() => probability(1), {
      initialSamplingRate: 0,
    });
    expect(server.requests).toEqual([]);
    expect(decisions(sampler)).toEqual([NOT_RECORD, NOT_RECORD]);
    await untilDescribed(sampler, 'probabilistic 1');
    expect(decisions(sampler)).toEqual([RECORD_AND_SAMPLED, RECORD_AND_SAMPLED]);
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      path: '/sampling?service=orders+%26+co',
    });
    server.answer = () => ({
      strategyType: 'RATE_LIMITING',
      rateLimitingSampling: { maxTracesPerSecond: 1 },
    });
    await untilDescribed(sampler, 'ratelimiting 1');
    expect(decisions(sampler)).toEqual([RECORD_AND_SAMPLED, NOT_RECORD]);
    // The next answer does not renew the permit.
    await server.untilRequests(3);
    expect(decisions(sampler)).toEqual([NOT_RECORD, NOT_RECORD]);
    server.answer = () => ({
      operationSampling: {
        perOperationStrategies: [{ operation: 'b', probabilisticSampling: { samplingRate: 1 } }],
      },
    });
    await untilDescribed(sampler, 'probabilistic 0, and of 1 operations');
    expect(decisions(sampler)).toEqual([NOT_RECORD, NOT_RECORD]);
    expect(decisions(sampler, 'b')).toEqual([RECORD_AND_SAMPLED, RECORD_AND_SAMPLED]);
    expect(warnings).toEqual([]);
  });

  it('keeps the latest strategies through all failures, which are reported once', async () => {
    const { sampler, server, warnings } = await start(() => probability(0.5));
    sampler.start();
    await untilDescribed(sampler, 'probabilistic 0.5');
    const failures: Answer[] = [
      (_, response) => void response.writeHead(500).end(),
      (_, response) => void response.end('no JSON'),
      () => ({ probabilisticSampling: { samplingRate: 7 } }),
      () => null,
      (_, response) => void response.destroy(),
    ];
    for (const failure of failures) {
      server.answer = failure;
      await server.untilRequests(2);
    }
    await server.untilRequests(1);
    expect(String(sampler)).toBe('JaegerRemoteSampler{probabilistic 0.5}');
    expect(decisions(sampler)).toEqual([RECORD_AND_SAMPLED, NOT_RECORD]);
    expect(warnings[0]).toBe(
      `The sampling strategies of Jaeger could not be read. The latest ones stay in use: ${server.url}/sampling: the response has status 500`,
    );
    // And when there are ten.
    expect(warnings.length).toBeLessThanOrEqual(2);
    server.answer = () => probability(0.25);
    await untilDescribed(sampler, 'probabilistic 0.25');
  });

  it('stops asking at its shutdown, also below other samplers', async () => {
    const { sampler, server } = await start(() => probability(1));
    const outer = new AlwaysRecordSampler(
      new RuleBasedSampler({ rules: [], default: new ParentBasedSampler({ root: sampler }) }),
    );
    outer.start();
    await server.untilRequests(2);
    outer.shutdown();
    const count = server.requests.length;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.requests.length).toBeLessThanOrEqual(count + 1);
    expect(ask(outer, TracingContext.ROOT, KEPT).decision).toBe(RECORD_AND_SAMPLED);
  });

  it('follows a parent of this process, and decides about that of a caller', async () => {
    const { sampler } = await start(() => probability(1));
    sampler.start();
    await untilDescribed(sampler, 'probabilistic 1');
    const below = (parent: object) => ask(sampler, contextWith(parent), KEPT).decision;
    expect(below({ traceId: KEPT, traceFlags: 0 })).toBe(NOT_RECORD);
    expect(below({ traceId: KEPT, traceFlags: 0, isRemote: true })).toBe(RECORD_AND_SAMPLED);
  });

  it('asks a function for the operation', async () => {
    const { sampler } = await start(
      () => ({
        operationSampling: {
          perOperationStrategies: [
            { operation: 'GET /a', probabilisticSampling: { samplingRate: 1 } },
          ],
        },
      }),
      { operation: (name, _kind, attributes) => `${name} ${attributes['url.path']}` },
    );
    sampler.start();
    await untilDescribed(sampler, 'probabilistic 0, and of 1 operations');
    const decide = (path: string) =>
      ask(sampler, TracingContext.ROOT, KEPT, 'GET', SpanKind.SERVER, { 'url.path': path })
        .decision;
    expect([decide('/a'), decide('/b')]).toEqual([RECORD_AND_SAMPLED, NOT_RECORD]);
    expect(sampler.ignoresAttributes).toBe(false);
    expect(new JaegerRemoteSampler({ serviceName: 'a' }).ignoresAttributes).toBe(true);
  });

  it('reads a path before /sampling', async () => {
    const { sampler, server } = await start(() => probability(1), {
      endpoint: undefined,
    });
    expect(String(sampler)).toBe('JaegerRemoteSampler{probabilistic 0.001}');
    for (const path of ['/jaeger/', '/jaeger/sampling']) {
      const other = new JaegerRemoteSampler({
        serviceName: 'a',
        endpoint: server.url + path,
        diagnostics: quiet,
      });
      samplers.push(other);
      other.start();
      await server.untilRequests(1);
      expect(server.requests.at(-1)?.path).toBe('/jaeger/sampling?service=a');
    }
  });

  it.each<[object, string]>([
    [{ serviceName: '' }, 'JaegerRemoteSampler.serviceName must be a non-empty string'],
    [{ endpoint: 'jaeger:5778' }, 'JaegerRemoteSampler.endpoint must be a URL'],
    [{ initialSamplingRate: 2 }, 'JaegerRemoteSampler.initialSamplingRate must be a number from 0'],
    [{ pollingIntervalMillis: 0 }, 'JaegerRemoteSampler.pollingIntervalMillis must be a number'],
    [{ timeoutMillis: 0 }, 'JaegerRemoteSampler.timeoutMillis must be a number'],
    [{ maxOperations: 0 }, 'JaegerRemoteSampler.maxOperations must be a whole number'],
    [{ operation: 'name' }, 'JaegerRemoteSampler.operation must be a function'],
  ])('refuses %j', (options, message) => {
    expect(() => new JaegerRemoteSampler({ serviceName: 'a', ...options } as never)).toThrow(
      message,
    );
  });
});
