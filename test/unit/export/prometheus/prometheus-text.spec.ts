import { describe, expect, it } from '@jest/globals';
import parsePrometheus from 'parse-prometheus-text-format';
import { negotiateFormat } from '../../../../lib/export/prometheus/negotiate-format.js';
import { prometheusFamilies } from '../../../../lib/export/prometheus/prometheus-families.js';
import { PrometheusLabels } from '../../../../lib/export/prometheus/prometheus-labels.js';
import {
  prometheusLabel,
  prometheusName,
} from '../../../../lib/export/prometheus/prometheus-names.js';
import { writePrometheus } from '../../../../lib/export/prometheus/prometheus-text.js';
import type { MetricsSnapshot } from '../../../../lib/metrics/metric-data.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import {
  EVERY_KIND,
  type GivenMetric,
  manySeries,
  READ_MILLIS,
  SPAN_ID,
  snapshotOf,
  TRACE_ID,
} from '../../../support/metric-source.js';
import { openMetricsTrouble } from '../../../support/open-metrics.js';

const SCOPE = 'otel_scope_name="orders.metrics",otel_scope_version="1.0.0"';

async function write(
  metrics: readonly GivenMetric[] | MetricsSnapshot,
  format: 'text' | 'openmetrics' = 'text',
  diagnostics = new ReadDiagnostics(),
): Promise<string> {
  const snapshot = 'scopes' in metrics ? metrics : snapshotOf(metrics);
  return writePrometheus(snapshot, format, diagnostics);
}

/** Without the resource, which differs between machines. */
async function writeSeries(
  metrics: readonly GivenMetric[],
  format: 'text' | 'openmetrics' = 'text',
): Promise<string[]> {
  const lines = (await write(metrics, format)).split('\n');
  return lines.slice(3, -1).map((line) => line.replace(`,${SCOPE}`, '').replace(`{${SCOPE}}`, ''));
}

const HISTOGRAM: GivenMetric = {
  kind: 'histogram',
  name: 'http.server.request.duration',
  unit: 's',
  description: 'Duration of "HTTP" requests\\',
  bounds: [0.1, 1],
  values: [[{ 'http.route': '/orders/:id' }, [0.05, 0.5, 0.5, 7]]],
  exemplarMillis: READ_MILLIS,
};

describe('the text format of Prometheus', () => {
  it('has each kind of metric, with names, units and labels as the compatibility page says', async () => {
    expect(
      await writeSeries([
        {
          name: 'orders.placed',
          unit: '{order}',
          description: 'Placed\nnow',
          series: [
            [{ 'order.kind': 'a "b" \\ c\nd', express: true, level: 3 }, 7],
            [{}, 0.5],
          ],
        },
        { kind: 'up_down_counter', name: 'pool.used', unit: 'By', series: [[{}, -3]] },
        { kind: 'gauge', name: 'pool.usage', unit: '1', series: [[{}, Number.NaN]] },
        HISTOGRAM,
      ]),
    ).toEqual([
      '# HELP orders_placed_total Placed\\nnow',
      '# TYPE orders_placed_total counter',
      'orders_placed_total{order_kind="a \\"b\\" \\\\ c\\nd",express="true",level="3"} 7',
      'orders_placed_total 0.5',
      '# TYPE pool_used_bytes gauge',
      'pool_used_bytes -3',
      '# TYPE pool_usage_ratio gauge',
      'pool_usage_ratio NaN',
      '# HELP http_server_request_duration_seconds Duration of "HTTP" requests\\\\',
      '# TYPE http_server_request_duration_seconds histogram',
      'http_server_request_duration_seconds_bucket{http_route="/orders/:id",le="0.1"} 1',
      'http_server_request_duration_seconds_bucket{http_route="/orders/:id",le="1"} 3',
      'http_server_request_duration_seconds_bucket{http_route="/orders/:id",le="+Inf"} 4',
      'http_server_request_duration_seconds_sum{http_route="/orders/:id"} 8.05',
      'http_server_request_duration_seconds_count{http_route="/orders/:id"} 4',
    ]);
  });

  it('begins with the resource', async () => {
    const [help, type, line] = (await write([])).split('\n');
    expect([help, type]).toEqual([
      '# HELP target_info Target metadata',
      '# TYPE target_info gauge',
    ]);
    expect(line).toMatch(/^target_info\{.*service_name="orders".*\} 1$/);
    expect(line).toContain('service_instance_id="instance-1"');
  });

  it('is read by a parser that knows nothing of ours', async () => {
    const parsed = parsePrometheus(
      await write([...EVERY_KIND.slice(0, 3), HISTOGRAM, HISTOGRAM_WITH_LE]),
    );
    const shapes = parsed.map(({ name, type, metrics }) => [name, type, metrics.length]);
    expect(shapes).toEqual([
      ['target_info', 'GAUGE', 1],
      ['orders_placed_total', 'COUNTER', 3],
      ['orders_open', 'GAUGE', 1],
      ['pool_usage_ratio', 'GAUGE', 2],
      ['http_server_request_duration_seconds', 'HISTOGRAM', 1],
      ['odd', 'HISTOGRAM', 1],
    ]);
    expect(parsed[1]?.help).toBe('Orders that were placed — all of them');
    expect(parsed[1]?.metrics[1]).toEqual({
      value: '0.25',
      labels: expect.objectContaining({ order_kind: 'é ☃ 𝄞', otel_scope_name: 'orders.metrics' }),
    });
    expect(parsed[4]?.metrics[0]?.buckets).toEqual({ '0.1': '1', '1': '3', '+Inf': '4' });
  });

  it('has each line of a histogram, as that parser reads it', async () => {
    // The parser knows histograms without labels only, so it is not told that this is one.
    const text = (await write(EVERY_KIND)).replace(/^# TYPE \S+ histogram$/gm, '');
    const lines = parsePrometheus(text)
      .filter(({ name }) => name.startsWith('http_'))
      .flatMap(({ name, metrics }) =>
        metrics.map(({ labels, value }) => [
          name.replace('http_server_request_duration_seconds', ''),
          labels?.http_route,
          labels?.le,
          value,
        ]),
      );
    expect(lines).toEqual([
      ['_bucket', '/orders/:id', '0.005', '1'],
      ['_bucket', '/orders/:id', '0.1', '3'],
      ['_bucket', '/orders/:id', '1', '3'],
      ['_bucket', '/orders/:id', '+Inf', '4'],
      ['_sum', '/orders/:id', undefined, expect.stringMatching(/^3\.10/)],
      ['_count', '/orders/:id', undefined, '4'],
      ['_bucket', '/orders', '0.005', '0'],
      ['_bucket', '/orders', '0.1', '0'],
      ['_bucket', '/orders', '1', '1'],
      ['_bucket', '/orders', '+Inf', '1'],
      ['_sum', '/orders', undefined, '0.9'],
      ['_count', '/orders', undefined, '1'],
    ]);
  });

  it('writes thousands of series while the event loop turns', async () => {
    let turnCount = 0;
    const count = () => {
      turnCount++;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const parsed = parsePrometheus(await write([manySeries(20_000)]));
    clearImmediate(immediate);
    expect(parsed[1]?.metrics).toHaveLength(20_000);
    expect(turnCount).toBeGreaterThan(1);
  });
});

const HISTOGRAM_WITH_LE: GivenMetric = {
  kind: 'histogram',
  name: 'odd',
  values: [[{ le: 'mine' }, [0.5]]],
};

describe('OpenMetrics', () => {
  it('adds units, exemplars, start times and an end', async () => {
    expect(
      await writeSeries(
        [{ name: 'orders.placed.total', series: [[{}, 7]] }, HISTOGRAM],
        'openmetrics',
      ),
    ).toEqual([
      '# TYPE orders_placed counter',
      'orders_placed_total 7',
      'orders_placed_created 1714979280.000',
      '# HELP http_server_request_duration_seconds Duration of \\"HTTP\\" requests\\\\',
      '# TYPE http_server_request_duration_seconds histogram',
      '# UNIT http_server_request_duration_seconds seconds',
      'http_server_request_duration_seconds_bucket{http_route="/orders/:id",le="0.1"} 1',
      'http_server_request_duration_seconds_bucket{http_route="/orders/:id",le="1.0"} 3',
      `http_server_request_duration_seconds_bucket{http_route="/orders/:id",le="+Inf"} 4 # {trace_id="${TRACE_ID}",span_id="${SPAN_ID}"} 7 1714979289.000`,
      'http_server_request_duration_seconds_sum{http_route="/orders/:id"} 8.05',
      'http_server_request_duration_seconds_count{http_route="/orders/:id"} 4',
      'http_server_request_duration_seconds_created{http_route="/orders/:id"} 1714979280.000',
      '# EOF',
    ]);
  });

  it('follows its grammar for metrics of every kind', async () => {
    const text = await write(
      [...EVERY_KIND, HISTOGRAM_WITH_LE, { name: 'bytes', unit: 'By', series: [[{}, 1]] }],
      'openmetrics',
    );
    expect(openMetricsTrouble(text)).toEqual([]);
    expect(openMetricsTrouble(text.replace('# EOF\n', ''))).toEqual(['no # EOF at the end']);
  });

  it('has the latest exemplar of each bucket', async () => {
    const snapshot = snapshotOf([HISTOGRAM]);
    const [metric] = snapshot.scopes[0]?.metrics ?? [];
    const [point] = metric?.points ?? [];
    const exemplar = (value: number, timeMillis: number) => ({
      value,
      timeMillis,
      traceId: TRACE_ID,
      spanId: SPAN_ID,
    });
    Object.assign(point as object, {
      exemplars: [exemplar(0.1, 3000), exemplar(0.05, 2000), exemplar(1.5, 4000), exemplar(0.2, 1)],
    });
    const text = await write(snapshot, 'openmetrics');
    expect(
      [...text.matchAll(/le="([^"]*)"\} \d # \{[^}]*\} (\S+) (\S+)/g)].map((m) => m.slice(1)),
    ).toEqual([
      ['0.1', '0.1', '3.000'],
      ['1.0', '0.2', '0.001'],
      ['+Inf', '1.5', '4.000'],
    ]);
  });
});

describe('prometheusName', () => {
  it.each([
    [
      'http.server.request.duration',
      's',
      'histogram',
      'http_server_request_duration_seconds',
      'seconds',
    ],
    ['requests', '{request}', 'counter', 'requests', ''],
    ['requests_total', '', 'counter', 'requests', ''],
    ['io.bytes_total', 'By', 'counter', 'io_bytes', 'bytes'],
    ['io_total', 'By', 'counter', 'io_bytes', 'bytes'],
    ['bytes', 'By', 'gauge', 'bytes', 'bytes'],
    ['kilobytes', 'By', 'gauge', 'kilobytes_bytes', 'bytes'],
    ['speed', 'm/s', 'gauge', 'speed_meters_per_second', 'meters_per_second'],
    ['rate', '{request}/s', 'gauge', 'rate_per_second', 'per_second'],
    ['rate', 'By/min', 'gauge', 'rate_bytes_per_minute', 'bytes_per_minute'],
    ['share', '1', 'gauge', 'share_ratio', 'ratio'],
    ['share', '1', 'counter', 'share', ''],
    ['odd', 'foo bar^2', 'gauge', 'odd_foo_bar_2', 'foo_bar_2'],
    ['a..b--c é d', '', 'gauge', 'a_b_c_d', ''],
    ['a__b', '', 'gauge', 'a_b', ''],
    ['9lives', '', 'gauge', '_9lives', ''],
    ['ns:name', '', 'gauge', 'ns:name', ''],
    ['', '', 'gauge', '_', ''],
  ] as const)('of %s in %j as a %s is %s', (name, unit, type, expected, word) => {
    expect(prometheusName({ name, unit, description: '' }, type)).toEqual({
      name: expected,
      unit: word,
    });
  });

  it('is the name of a label without colons', () => {
    expect(['a.b', 'a:b', '1a', ''].map(prometheusLabel)).toEqual(['a_b', 'a_b', '_1a', '_']);
  });
});

describe('PrometheusLabels', () => {
  it('joins values of keys that become one label, in the order of the keys', () => {
    const labels = new PrometheusLabels();
    expect(labels.write({ a_b: '2', c: 1, 'a.b': '1', 'a-b': '0' })).toBe('a_b="0;1;2",c="1"');
    expect(labels.write({ list: ['a', 'b'], none: undefined })).toBe(
      'list="[\\"a\\",\\"b\\"]",none="undefined"',
    );
    expect(labels.write({})).toBe('');
  });

  it('keeps labels of the format free', () => {
    expect(new PrometheusLabels().write({ le: '1' }, 'le')).toBe('exported_le="1"');
  });

  it('remembers a bounded number of keys', () => {
    const labels = new PrometheusLabels();
    for (let i = 0; i < 3000; i++) expect(labels.write({ [`k.${i}`]: 1 })).toBe(`k_${i}="1"`);
  });
});

describe('prometheusFamilies', () => {
  it('puts metrics of one name together, and drops one of another type', () => {
    const diagnostics = new ReadDiagnostics();
    const snapshot = snapshotOf([
      { name: 'a.b', series: [[{}, 1]] },
      { name: 'a_b', description: 'A', series: [[{ x: 1 }, 2]] },
      { name: 'a-b', kind: 'gauge', series: [[{}, 3]] },
    ]);
    const families = prometheusFamilies(snapshot, diagnostics);
    expect(
      families.map(({ name, type, help, members }) => [name, type, help, members.length]),
    ).toEqual([['a_b', 'counter', 'A', 2]]);
    expect(diagnostics.lines).toEqual([
      "Two metrics have one name in Prometheus and different types; the second is not in the scrape. Rename one of them: 'a-b' is a gauge, and a_b a counter",
    ]);
  });
});

describe('negotiateFormat', () => {
  it.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version=1.0.0', 'openmetrics'],
    ['application/openmetrics-text; version=2.0.0', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
    ['application/openmetrics-text;q=x,text/plain;q=0.1', 'text'],
    ['text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.5', 'text'],
    ['text/plain,application/openmetrics-text', 'text'],
    ['application/openmetrics-text,text/plain', 'openmetrics'],
    // Prometheus 2 and 3.
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    [
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
      'openmetrics',
    ],
  ])('of %j is %s', (accept, expected) => {
    expect(negotiateFormat(accept)).toBe(expected);
  });
});
