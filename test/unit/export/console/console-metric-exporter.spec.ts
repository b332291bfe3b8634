import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import { metricLines, metricTable } from '../../../../lib/export/console/metric-lines.js';
import {
  ConsoleMetricExporter,
  type ConsoleMetricExporterOptions,
  type ConsoleStream,
  type ExportResult,
  type ReadableMetrics,
} from '../../../../lib/export/index.js';
import { describeMetricExporter } from '../../../suites/metric-exporter.suite.js';
import { EVERY_KIND, readableMetrics, stockMetrics } from '../../../support/metric-source.js';

/** A stream that keeps what is written. */
class KeptStream implements ConsoleStream {
  text = '';

  constructor(
    readonly isTTY: boolean,
    private readonly failure?: Error,
  ) {}

  write(text: string, callback: (error?: Error | null) => void): void {
    if (this.failure === undefined) this.text += text;
    process.nextTick(callback, this.failure);
  }
}

for (const format of ['table', 'json'] as const) {
  describeMetricExporter({
    name: `ConsoleMetricExporter as ${format}`,
    create: () => {
      const stream = new KeptStream(false);
      return {
        exporter: new ConsoleMetricExporter({ format, stream }),
        deliveredValues: () =>
          [...stream.text.matchAll(/^ {4}(?:.*: )?(\d+)$|"value":(\d+)/gm)].map((match) =>
            Number(match[1] ?? match[2]),
          ),
      };
    },
    createFailing: () => {
      const stream = new KeptStream(false, new Error('broken pipe'));
      return { exporter: new ConsoleMetricExporter({ format, stream }), deliveredValues: () => [] };
    },
  });
}

describe('ConsoleMetricExporter', () => {
  async function written(
    metrics: ReadableMetrics,
    options: ConsoleMetricExporterOptions,
    isTTY: boolean,
  ): Promise<string> {
    const stream = new KeptStream(isTTY);
    const exporter = new ConsoleMetricExporter({ stream, ...options });
    const result = await new Promise<ExportResult>((resolve) => exporter.export(metrics, resolve));
    expect(result).toEqual({ code: 0 });
    return stream.text;
  }

  it('writes a table on a terminal', async () => {
    const text = await written(readableMetrics(EVERY_KIND), {}, true);
    expect(text.replace(/x{300}/, 'xxx')).toBe(`metrics of orders at 2024-05-06T07:08:09.000250000Z
  orders.placed in {order}, counter
    order.kind="book" express=true level=3 ratio=0.5: 7
    order.kind="é ☃ 𝄞" long="xxx": 0.25
    1099511627776
  orders.open, up-down counter
    -3
  pool.usage in 1, gauge
    pool.name="a": 0.75
    pool.name="b": 0
  http.server.request.duration in s, histogram
    http.route="/orders/:id" http.response.status_code=200: 4 values, mean 0.7755, min 0.002, max 3
    http.route="/orders" error.type="TypeError": 1 value, mean 0.9, min 0.9, max 0.9
`);
  });

  it('writes a line of JSON for each series elsewhere', async () => {
    const text = await written(readableMetrics(EVERY_KIND.slice(1)), {}, false);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(5);
    expect(lines[0]).toEqual({
      metric: 'orders.open',
      kind: 'up-down counter',
      service: 'orders',
      scope: 'orders.metrics',
      startTime: '2024-05-06T07:08:00.000000000Z',
      time: '2024-05-06T07:08:09.000250000Z',
      attributes: {},
      value: -3,
    });
    expect(lines[3]).toMatchObject({
      unit: 's',
      kind: 'histogram',
      attributes: { 'http.route': '/orders/:id' },
      count: 4,
      min: 0.002,
      buckets: { boundaries: [0.005, 0.1, 1], counts: [1, 2, 0, 1] },
    });
  });

  it('writes what an SDK of OpenTelemetry collects', async () => {
    const metrics = await stockMetrics();
    expect(metricTable(metrics).join('\n')).toContain('exponential, exponential histogram\n');
    expect(metricLines(metrics)).toHaveLength(8);
  });

  it('writes nothing that moves the cursor of a terminal', () => {
    const series = [[{ 'a\n': 'b\u001b[2J\u202e' }, 1] as const];
    const metrics = readableMetrics([{ name: 'c\u001b[1A', series }]);
    for (const text of [...metricTable(metrics), ...metricLines(metrics)]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
      expect(text).not.toMatch(/[\u0000-\u001f\u202e]/);
    }
  });

  it.each([{ format: 'tree' as 'json' }, { temporalityPreference: 'never' as 'delta' }])(
    'refuses %o',
    (options) => {
      expect(() => new ConsoleMetricExporter(options)).toThrow(TracingConfigError);
      expect(() => new ConsoleMetricExporter(options)).toThrow(/^ConsoleMetricExporter\./);
    },
  );
});
