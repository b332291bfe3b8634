import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  type SamplingServer,
  startSamplingServer,
} from '../../support/sampling-server.js';
import { BuiltPrograms } from './child-program.js';

let programs: BuiltPrograms;
let server: SamplingServer | undefined;

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 120_000);

afterEach(() => server?.close());

afterAll(() => programs.remove());

interface Told {
  readonly name: string;
  readonly samplerType?: string;
}

async function run(answer: Answer, settings: Record<string, string>, mode = 'serve') {
  const started = await startSamplingServer(answer);
  server = started;
  const variables = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, value.replace('URL', started.url)]),
  );
  return programs.start('remote-sampled', {
    MODE: mode,
    OTEL_SERVICE_NAME: 'orders',
    ...variables,
  });
}

const probability = (samplingRate: number) => ({ probabilisticSampling: { samplingRate } });
const JAEGER = 'endpoint=URL,pollingIntervalMs=20,initialSamplingRate=0';
const RULE = {
  Attributes: {},
  FixedRate: 1,
  HTTPMethod: 'GET',
  Host: '*',
  Priority: 1,
  ReservoirSize: 0,
  ResourceARN: '*',
  RuleName: 'orders',
  ServiceName: 'orders',
  ServiceType: '*',
  URLPath: '/orders',
  Version: 1,
};

describe('an application whose environment names a sampler', () => {
  it.each([
    ['jaeger_remote', 'JaegerRemoteSampler{probabilistic 1}'],
    ['parentbased_jaeger_remote', 'ParentBased{root=JaegerRemoteSampler{probabilistic 1}, '],
  ])('%s samples as Jaeger says, from the first answer to its end', async (name, description) => {
    const program = await run(() => probability(1), {
      OTEL_TRACES_SAMPLER: name,
      OTEL_TRACES_SAMPLER_ARG: JAEGER,
    });
    expect(await program.said<string>('sampler')).toContain(description);
    const spans = await program.said<Told[]>('spans');
    // The span of the client, which ends last, is the root: its sampler decides for both.
    expect(spans.map((span) => span.name)).toEqual(['GET /orders', 'GET']);
    expect(spans[1]?.samplerType).toBe('probabilistic');
    await program.said('closed');
    const { exitCode, log } = await program.ended;
    expect([exitCode, log]).toEqual([0, '']);
    expect(new Set(server?.requests.map(({ path }) => path))).toEqual(
      new Set(['/sampling?service=orders']),
    );
    // The requests of the sampler are not traced, and carry no context.
    expect(server?.requests.filter(({ headers }) => 'traceparent' in headers)).toEqual([]);
  });

  it('xray samples by the rules', async () => {
    const program = await run(
      ({ path }) =>
        path === '/GetSamplingRules'
          ? { SamplingRuleRecords: [{ SamplingRule: RULE }] }
          : { SamplingTargetDocuments: [] },
      { OTEL_TRACES_SAMPLER: 'xray', OTEL_TRACES_SAMPLER_ARG: 'endpoint=URL,polling_interval=1' },
    );
    expect((await program.said<Told[]>('spans'))[0]?.name).toBe('GET /orders');
    expect((await program.ended).exitCode).toBe(0);
    expect(server?.requests[0]).toMatchObject({ method: 'POST', path: '/GetSamplingRules' });
  });

  it.each<[string, Answer]>([
    ['answers', () => probability(1)],
    ['hangs', () => undefined],
  ])('ends although it was not closed, if its server %s', async (_, answer) => {
    const settings = { OTEL_TRACES_SAMPLER: 'jaeger_remote', OTEL_TRACES_SAMPLER_ARG: JAEGER };
    const program = await run(answer, settings, 'idle');
    await program.said('idle');
    expect(await program.ended).toMatchObject({ exitCode: 0, log: '' });
  });

  it('says once that its server fails, and what is wrong with the variable', async () => {
    const program = await run((_, response) => void response.writeHead(500).end(), {
      OTEL_TRACES_SAMPLER: 'jaeger_remote',
      OTEL_TRACES_SAMPLER_ARG: 'endpoint=URL,pollingIntervalMs=0,initialSamplingRate=1,color=red',
    });
    expect((await program.said<Told[]>('spans')).length).toBeGreaterThan(0);
    const { exitCode, log } = await program.ended;
    expect(exitCode).toBe(0);
    expect(log).toContain('pollingIntervalMs must be a whole number from 1 to 2147483647');
    expect(log).toContain('it must be key=value with one of the keys endpoint, pollingIntervalMs');
    expect(log.match(/could not be read/g)).toHaveLength(1);
  });
});

describe('an application in a pod', () => {
  const POD = {
    KUBERNETES_SERVICE_HOST: '10.0.0.1',
    K8S_POD_NAME: 'orders-1',
    POD_NAMESPACE: 'shop',
    K8S_NODE_NAME: 'node-1',
    CLOUD_RUN_JOB: 'nightly',
  };

  async function resourceOf(options: object, variables: Record<string, string> = POD) {
    const settings = { OPTIONS: JSON.stringify({ serviceName: 'orders', ...options }) };
    const program = programs.start('detected', { ...settings, ...variables });
    const resource = await program.said<Record<string, unknown>>('resource');
    expect(await program.ended).toMatchObject({ exitCode: 0, log: '' });
    return resource;
  }

  it('describes host, process, pod and platform by default', async () => {
    expect(await resourceOf({})).toMatchObject({
      'service.name': 'orders',
      'host.name': expect.any(String),
      'os.type': process.platform,
      'process.pid': expect.any(Number),
      'process.command': expect.stringContaining('detected'),
      'k8s.pod.name': 'orders-1',
      'k8s.namespace.name': 'shop',
      'k8s.node.name': 'node-1',
      'cloud.platform': 'gcp_cloud_run',
    });
  });

  it('lets options win over the environment, and the environment over what is found', async () => {
    const variables = {
      ...POD,
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=environment,k8s.node.name=environment',
    };
    const resourceAttributes = { 'k8s.pod.name': 'option' };
    expect(await resourceOf({ resourceAttributes }, variables)).toMatchObject({
      'k8s.pod.name': 'option',
      'k8s.node.name': 'environment',
      'k8s.namespace.name': 'shop',
    });
  });

  it('describes what the option or the variable names', async () => {
    const keysOf = async (...args: Parameters<typeof resourceOf>) =>
      Object.keys(await resourceOf(...args)).filter((key) => !/^(service|telemetry)\./.test(key));
    const none = { ...POD, OTEL_NODE_RESOURCE_DETECTORS: 'none' };
    expect(await keysOf({}, none)).toEqual([]);
    expect(await keysOf({ resourceDetectors: ['os'] }, none)).toEqual(['os.type', 'os.version']);
    const some = { ...POD, OTEL_NODE_RESOURCE_DETECTORS: 'env, OS,serviceinstance' };
    expect(await keysOf({}, some)).toEqual(['os.type', 'os.version']);
  });
});
