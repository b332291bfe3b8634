import { afterEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { TracingContext } from '../../../../lib/context/index.js';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import {
  SamplingDecision,
  XRaySampler,
  type XRaySamplerOptions,
} from '../../../../lib/sampling/index.js';
import { describeSampler } from '../../../suites/sampler.suite.js';
import { ask, contextWith } from '../../../support/ask-sampler.js';
import { type SamplingServer, startSamplingServer } from '../../../support/sampling-server.js';
import { until } from '../../../support/until.js';

const KEPT = 'f'.repeat(32);
const DROPPED = `${'0'.repeat(31)}1`;
const { RECORD_AND_SAMPLED, NOT_RECORD } = SamplingDecision;

describeSampler({
  name: 'XRaySampler without a server',
  create() {
    const diagnostics = new Diagnostics({ warn: () => {} });
    const sampler = new XRaySampler({ serviceName: 'orders', diagnostics });
    // It asks nobody then.
    sampler.shutdown();
    return sampler;
  },
  cannot: { repeatItself: 'its answer depends on what came before' },
});

const RULE = {
  Attributes: {},
  FixedRate: 0,
  HTTPMethod: '*',
  Host: '*',
  Priority: 1000,
  ReservoirSize: 0,
  ResourceARN: '*',
  RuleName: 'Default',
  ServiceName: '*',
  ServiceType: '*',
  URLPath: '*',
  Version: 1,
};

interface Stand {
  rules: object[];
  targets: object;
  fails: boolean;
}

describe('XRaySampler', () => {
  const samplers: XRaySampler[] = [];
  let server: SamplingServer | undefined;

  afterEach(async () => {
    for (const sampler of samplers.splice(0)) sampler.shutdown();
    await server?.close();
    server = undefined;
  });

  /** A stand-in for the daemon. Rules come two on a page. */
  async function start(stand: Stand, options: Partial<XRaySamplerOptions> = {}) {
    server = await startSamplingServer(({ path, body }, response) => {
      if (stand.fails) return void response.writeHead(502).end('bad gateway');
      if (path === '/SamplingTargets') return stand.targets;
      const page = Number((body as { NextToken?: string }).NextToken ?? 0);
      const records = stand.rules.slice(page * 2, page * 2 + 2);
      const hasMore = stand.rules.length > page * 2 + 2;
      return {
        NextToken: hasMore ? String(page + 1) : null,
        SamplingRuleRecords: records.map((rule) => ({ SamplingRule: rule })),
      };
    });
    const warnings: string[] = [];
    const sampler = new XRaySampler({
      serviceName: 'orders',
      endpoint: server.url,
      rulesIntervalMillis: 60_000,
      targetsIntervalMillis: 5,
      diagnostics: new Diagnostics({ warn: (message) => void warnings.push(message) }),
      ...options,
    });
    samplers.push(sampler);
    sampler.start();
    return { sampler, server, warnings };
  }

  const untilRules = (sampler: XRaySampler, count: number) =>
    until(
      () => String(sampler) === `XRaySampler{${count} rules}`,
      () => String(sampler),
    );
  const decide = (sampler: XRaySampler, path: string, id = DROPPED) =>
    ask(sampler, TracingContext.ROOT, id, 'GET', SpanKind.SERVER, { 'url.path': path }).decision;

  it('asks for all pages of rules, and follows them', async () => {
    const stand = {
      rules: [
        RULE,
        { ...RULE, RuleName: 'pay', Priority: 1, URLPath: '/pay', FixedRate: 1 },
        {
          ...RULE,
          RuleName: 'half',
          Priority: 2,
          ServiceName: 'orders',
          URLPath: '/half',
          FixedRate: 0.5,
        },
      ],
      targets: { SamplingTargetDocuments: [] },
      fails: false,
    };
    const { sampler, server, warnings } = await start(stand);
    await untilRules(sampler, 3);
    expect(decide(sampler, '/pay')).toBe(RECORD_AND_SAMPLED);
    expect([KEPT, DROPPED].map((id) => decide(sampler, '/half', id))).toEqual([
      RECORD_AND_SAMPLED,
      NOT_RECORD,
    ]);
    expect(decide(sampler, '/other', KEPT)).toBe(NOT_RECORD);
    expect(server.requests.slice(0, 2)).toMatchObject([
      { method: 'POST', path: '/GetSamplingRules', body: {} },
      { method: 'POST', path: '/GetSamplingRules', body: { NextToken: '1' } },
    ]);
    expect(warnings).toEqual([]);
  });

  it('reports what the rules have decided, and takes over the targets', async () => {
    const stand: Stand = {
      rules: [{ ...RULE, ReservoirSize: 3 }],
      targets: {
        SamplingTargetDocuments: [
          {
            RuleName: 'Default',
            FixedRate: 1,
            ReservoirQuota: 0,
            ReservoirQuotaTTL: Date.now() / 1000 + 1000,
          },
        ],
      },
      fails: false,
    };
    const { sampler, server } = await start(stand);
    await untilRules(sampler, 1);
    decide(sampler, '/');
    decide(sampler, '/');
    await until(
      () => decide(sampler, '/') === RECORD_AND_SAMPLED && server.requests.length >= 2,
      () => server.requests,
    );
    const report = server.requests.find(({ path }) => path === '/SamplingTargets');
    expect(report?.body).toEqual({
      SamplingStatisticsDocuments: [
        {
          ClientID: expect.stringMatching(/^[0-9A-F]{24}$/),
          RuleName: 'Default',
          Timestamp: expect.any(Number),
          RequestCount: expect.any(Number),
          SampledCount: expect.any(Number),
          BorrowCount: 1,
        },
      ],
    });
  });

  it('asks for the rules again when they were changed', async () => {
    const stand: Stand = {
      rules: [RULE],
      targets: { SamplingTargetDocuments: [], LastRuleModification: 1 },
      fails: false,
    };
    const { sampler, server } = await start(stand);
    await untilRules(sampler, 1);
    decide(sampler, '/');
    await server.untilRequests(1);
    expect(String(sampler)).toBe('XRaySampler{1 rules}');
    stand.rules = [RULE, { ...RULE, RuleName: 'new' }];
    stand.targets = { SamplingTargetDocuments: [], LastRuleModification: 2 };
    decide(sampler, '/');
    await untilRules(sampler, 2);
  });

  it('keeps rules and statistics through failures, which are reported once', async () => {
    const stand: Stand = {
      rules: [
        { ...RULE, FixedRate: 1 },
        { ...RULE, Version: 7 },
      ],
      targets: { SamplingTargetDocuments: [] },
      fails: false,
    };
    const { sampler, server, warnings } = await start(stand, { rulesIntervalMillis: 5 });
    await untilRules(sampler, 1);
    stand.fails = true;
    expect(decide(sampler, '/')).toBe(RECORD_AND_SAMPLED);
    await server.untilRequests(6);
    expect(String(sampler)).toBe('XRaySampler{1 rules}');
    stand.fails = false;
    const from = server.requests.length;
    await until(
      () => server.requests.slice(from).some(({ path }) => path === '/SamplingTargets'),
      () => server.requests.slice(from),
    );
    const reports = server.requests.filter(({ path }) => path === '/SamplingTargets');
    expect(reports.at(-1)?.body).toMatchObject({
      SamplingStatisticsDocuments: [{ RuleName: 'Default', RequestCount: 1, SampledCount: 1 }],
    });
    const causes = new Set(warnings.map((warning) => warning.replace(/ \(.*|: http.*/, '')));
    expect([...causes].sort()).toEqual([
      'Sampling rules of X-Ray have unknown versions or invalid members, and are ignored',
      'The sampling rules of X-Ray could not be read. The latest ones stay in use for an hour',
      'The sampling targets of X-Ray could not be read. The statistics are sent with the next report',
    ]);
  });

  it('sends statistics again that X-Ray has not processed', async () => {
    const stand: Stand = {
      rules: [RULE],
      targets: {
        SamplingTargetDocuments: [],
        UnprocessedStatistics: [{ RuleName: 'Default', ErrorCode: '500', Message: 'later' }],
      },
      fails: false,
    };
    const { sampler, server, warnings } = await start(stand);
    await untilRules(sampler, 1);
    decide(sampler, '/');
    await server.untilRequests(3);
    expect(server.requests.at(-1)?.body).toMatchObject({
      SamplingStatisticsDocuments: [{ RequestCount: 1 }],
    });
    expect(warnings[0]).toBe('X-Ray did not process sampling statistics: 500');
  });

  it('follows a parent of this process, and does not count it', async () => {
    const stand = {
      rules: [{ ...RULE, FixedRate: 1 }],
      targets: { SamplingTargetDocuments: [] },
      fails: false,
    };
    const { sampler } = await start(stand);
    await untilRules(sampler, 1);
    const below = (parent: object) => ask(sampler, contextWith(parent), KEPT).decision;
    expect(below({ traceId: KEPT, traceFlags: 0 })).toBe(NOT_RECORD);
    expect(below({ traceId: KEPT, traceFlags: 0, isRemote: true })).toBe(RECORD_AND_SAMPLED);
  });

  it.each<[object, string]>([
    [{ serviceName: '' }, 'XRaySampler.serviceName must be a non-empty string'],
    [{ serviceType: 7 }, 'XRaySampler.serviceType must be a string'],
    [{ endpoint: '127.0.0.1:2000' }, 'XRaySampler.endpoint must be a URL'],
    [{ rulesIntervalMillis: 0 }, 'XRaySampler.rulesIntervalMillis must be a number'],
    [{ targetsIntervalMillis: 0 }, 'XRaySampler.targetsIntervalMillis must be a number'],
    [{ timeoutMillis: -1 }, 'XRaySampler.timeoutMillis must be a number'],
  ])('refuses %j', (options, message) => {
    expect(() => new XRaySampler({ serviceName: 'a', ...options } as never)).toThrow(message);
  });
});
