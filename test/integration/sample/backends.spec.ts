import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import { ROOT } from './repository-copy.js';

const FOLDER = join(ROOT, 'sample/17-backends');

/** The members of a service that the Compose specification has, as far as a sample needs them. */
const SERVICE_MEMBERS = [
  ...['command', 'container_name', 'depends_on', 'entrypoint', 'environment', 'expose'],
  ...['healthcheck', 'hostname', 'image', 'ports', 'profiles', 'restart', 'user', 'volumes'],
];

/** The policies of the tail sampling processor of the OpenTelemetry Collector. */
const POLICY_TYPES = [
  ...['always_sample', 'and', 'boolean_attribute', 'bytes_limiting', 'composite', 'drop'],
  ...['latency', 'numeric_attribute', 'ottl_condition', 'probabilistic', 'rate_limiting'],
  ...['span_count', 'status_code', 'string_attribute', 'trace_flags', 'trace_state'],
];

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly profiles?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
}

type Components = Readonly<Record<string, unknown>>;

interface OtlpReceiver {
  readonly protocols: Readonly<Record<'grpc' | 'http', { readonly endpoint: string }>>;
}

interface CollectorConfiguration {
  readonly receivers: { readonly otlp: OtlpReceiver };
  readonly processors: {
    readonly tail_sampling: {
      readonly decision_wait: string;
      readonly policies: readonly (Components & { readonly name: string; readonly type: string })[];
    };
  };
  readonly exporters: Readonly<Record<string, { readonly endpoint: string }>>;
  readonly service: {
    readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  };
}

interface TempoConfiguration {
  readonly server: { readonly http_listen_port: number };
  readonly distributor: { readonly receivers: { readonly otlp: OtlpReceiver } };
}

interface DataSources {
  readonly datasources: readonly { readonly type: string; readonly url: string }[];
}

/** Reads a file as YAML 1.2, without anything that a reader would have to forgive. */
function read<T>(name: string): T {
  const document = parseDocument(readFileSync(join(FOLDER, name), 'utf8'), { strict: true });
  expect([...document.errors, ...document.warnings]).toEqual([]);
  return document.toJS() as T;
}

const { services } = read<Compose>('compose.yaml');
const collector = read<CollectorConfiguration>('collector.yaml');
const tempo = read<TempoConfiguration>('tempo.yaml');
const { datasources } = read<DataSources>('grafana-datasources.yaml');

function hostPortsOf(names: readonly string[]): string[] {
  return names.flatMap((name) => services[name]?.ports ?? []).map((port) => port.split(':')[0]!);
}

describe('sample/17-backends/compose.yaml', () => {
  it('has only services with members of Compose, whose images have a version', () => {
    for (const [name, service] of Object.entries(services)) {
      const unknown = Object.keys(service).filter((member) => !SERVICE_MEMBERS.includes(member));
      expect({ name, unknown }).toEqual({ name, unknown: [] });
      expect(service.image).toMatch(/^[\w./-]+:\d+\.\d+\.\d+$/);
      for (const port of service.ports ?? []) expect(port).toMatch(/^\d+:\d+$/);
    }
  });

  it('mounts files of the folder, where the commands look for them', () => {
    const mounts = Object.values(services).flatMap(({ volumes = [], command = [] }) =>
      volumes.map((volume) => ({ volume, command })),
    );
    expect(mounts).toHaveLength(3);
    for (const { volume, command } of mounts) {
      const [file = '', target = '', mode] = volume.split(':');
      expect(existsSync(join(FOLDER, file))).toBe(true);
      expect(mode).toBe('ro');
      if (command.length > 0) expect(command.join(' ')).toMatch(new RegExp(`config.*=${target}$`));
      else expect(target).toMatch(/^\/etc\/grafana\/provisioning\/datasources\/[\w-]+\.yaml$/);
    }
  });

  it('starts nothing that waits for what is not there, or wants the same port', () => {
    const names = Object.keys(services);
    for (const { depends_on = [] } of Object.values(services)) {
      expect(depends_on.filter((name) => !names.includes(name))).toEqual([]);
    }
    const together = names.filter((name) => services[name]?.profiles === undefined);
    const ports = hostPortsOf(together);
    expect([...new Set(ports)]).toEqual(ports);
  });

  it.each(['collector', 'jaeger'])('lets services of the host send OTLP to %s', (name) => {
    expect(hostPortsOf([name])).toEqual(expect.arrayContaining(['4317', '4318']));
    // Port 3000 is that of the samples.
    expect(hostPortsOf([name])).not.toContain('3000');
  });
});

describe('sample/17-backends/collector.yaml', () => {
  it('names only components in its pipelines that it configures', () => {
    for (const pipeline of Object.values(collector.service.pipelines)) {
      for (const [kind, names] of Object.entries(pipeline)) {
        const configured = Object.keys(collector[kind as 'exporters']);
        expect({ kind, names }).toEqual({ kind, names: configured });
      }
    }
    expect(Object.keys(collector.service.pipelines)).toEqual(['traces']);
  });

  it('has policies of the tail sampling processor, each with its settings', () => {
    const { decision_wait, policies } = collector.processors.tail_sampling;
    expect(decision_wait).toMatch(/^\d+s$/);
    for (const policy of policies) {
      expect(POLICY_TYPES).toContain(policy.type);
      expect(Object.keys(policy)).toEqual(['name', 'type', policy.type]);
    }
    expect(policies.map(({ type }) => type)).toEqual(['status_code', 'latency', 'probabilistic']);
  });

  it('sends to Tempo, where Tempo listens', () => {
    const [[name, { endpoint }]] = Object.entries(collector.exporters) as [
      [string, { endpoint: string }],
    ];
    const [host = '', port] = endpoint.split(':');
    expect(name).toMatch(/^otlp_grpc(\/\w+)?$/);
    expect(Object.keys(services)).toContain(host);
    expect(tempo.distributor.receivers.otlp.protocols.grpc.endpoint).toBe(`0.0.0.0:${port}`);
  });

  it('listens for other hosts, at the ports that Compose publishes', () => {
    const { grpc, http } = collector.receivers.otlp.protocols;
    expect([grpc.endpoint, http.endpoint]).toEqual(['0.0.0.0:4317', '0.0.0.0:4318']);
    expect(services.collector?.ports).toEqual(['4317:4317', '4318:4318']);
  });
});

describe('sample/17-backends/grafana-datasources.yaml', () => {
  it('leads to Tempo', () => {
    expect(datasources).toMatchObject([
      { type: 'tempo', url: `http://tempo:${tempo.server.http_listen_port}` },
    ]);
    expect(Object.keys(services)).toContain('tempo');
  });
});
