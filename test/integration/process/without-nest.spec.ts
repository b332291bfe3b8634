import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OtlpJson, spansOf } from '../../unit/export/otlp/read-otlp.js';
import { Collector } from '../export/collector.js';
import { BuiltPrograms } from './child-program.js';

let programs: BuiltPrograms;
let collector: Collector;

beforeAll(async () => {
  programs = await BuiltPrograms.build();
  collector = await Collector.start();
}, 120_000);

afterAll(async () => {
  programs.remove();
  await collector.stop();
});

function serviceOf(resourceSpans: OtlpJson): string {
  const attributes = resourceSpans.resource.attributes as OtlpJson[];
  return attributes.find(({ key }) => key === 'service.name')?.value.stringValue;
}

/** Each span that has arrived: its service and name, and those of its parent. */
function arrivedSpans(): string[] {
  const spans = collector.messages
    .flatMap(({ resourceSpans }) => resourceSpans as OtlpJson[])
    .flatMap((part) =>
      spansOf({ resourceSpans: [part] }).map((span) => ({ ...span, service: serviceOf(part) })),
    ) as OtlpJson[];
  const nameOf = ({ service, name }: OtlpJson): string => `${service}: ${name}`;
  return spans
    .map((span) => {
      const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
      return `${nameOf(span)} < ${parent === undefined ? 'none' : nameOf(parent)}`;
    })
    .sort();
}

describe('jobs in a thread and in a process of their own, without Nest', () => {
  it('join the trace of the program that starts them', async () => {
    const dispatcher = programs.start('dispatcher', { COLLECTOR_URL: collector.url });
    const { exitCode, log } = await dispatcher.ended;
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: '' });
    const counts = expect.objectContaining({ started: 1, ended: 1, lost: 0 });
    for (const place of ['thread', 'process']) {
      expect(await dispatcher.said(place)).toEqual({
        made: place,
        counts,
        hasReflectMetadata: false,
      });
    }
    expect(arrivedSpans()).toEqual([
      'dispatcher: dispatch < none',
      'dispatcher: to a process < dispatcher: dispatch',
      'dispatcher: to a thread < dispatcher: dispatch',
      'job in a process: Report.make < dispatcher: to a process',
      'job in a thread: Report.make < dispatcher: to a thread',
    ]);
    const traceIds = collector.messages.flatMap(spansOf).map(({ traceId }) => traceId);
    expect(new Set(traceIds).size).toBe(1);
  }, 60_000);
});

describe('a program with a configuration file', () => {
  const text = (endpoint: string, settings = ''): string => `file_format: "1.0"
resource:
  attributes: [{ name: service.name, value: "\${NAME:-configured}" }]
propagator: {}
tracer_provider:
  processors:
    - batch: { exporter: { otlp_http: { endpoint: "${endpoint}" } }${settings} }
`;

  function startWith(configuration: string) {
    const path = join(programs.folder, 'otel.yaml');
    writeFileSync(path, configuration);
    return programs.start('configured', {
      OTEL_CONFIG_FILE: 'otel.yaml',
      OTEL_TRACES_SAMPLER: 'always_off',
      NAME: 'from the file',
    });
  }

  it('sends its spans where the file says, and heeds no other variable', async () => {
    const program = startWith(text(collector.url));
    const { exitCode, log } = await program.ended;
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: '' });
    expect(arrivedSpans()).toContain('from the file: configured work < none');
  });

  it('does not start with an invalid file', async () => {
    const program = startWith(text(collector.url, ', schedule_delay: soon'));
    expect(await program.said('code')).toBe('INVALID_CONFIGURATION_FILE');
    expect(await program.said('message')).toMatch(
      /^The configuration file otel\.yaml, tracer_provider\.processors\[0\]\.batch\.schedule_delay must be a whole number/,
    );
  });
});
