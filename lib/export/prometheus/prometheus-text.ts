import type { Diagnostics } from '../../diagnostics.js';
import type {
  Exemplar,
  HistogramPoint,
  MetricData,
  MetricsSnapshot,
  NumberPoint,
} from '../../metrics/metric-data.js';
import { Slices } from '../slices.js';
import type { PrometheusFormat } from './negotiate-format.js';
import { type PrometheusFamily, prometheusFamilies } from './prometheus-families.js';
import { PrometheusLabels } from './prometheus-labels.js';

type Histogram = Extract<MetricData, { kind: 'histogram' }>;

/** In OpenMetrics 1.0, names and values of the labels of an exemplar have 128 characters at most. */
const MAX_EXEMPLAR_ID_LENGTH = 100;

/**
 * Writes a snapshot as Prometheus scrapes it: its text format 0.0.4, or OpenMetrics 1.0, which also has units,
 * exemplars and the start times of series. The event loop turns in between, so that a long text delays no request.
 *
 * Spec: `compatibility/prometheus_and_openmetrics.md#otlp-metric-points-to-prometheus`.
 */
export async function writePrometheus(
  snapshot: MetricsSnapshot,
  format: PrometheusFormat,
  diagnostics: Diagnostics,
): Promise<string> {
  const text = new PrometheusText(format);
  const slices = new Slices();
  text.target(snapshot.resource.attributes);
  for (const family of prometheusFamilies(snapshot, diagnostics)) {
    text.head(family);
    for (const { scope, metric } of family.members) {
      const scopeLabels = text.scopeLabels(scope);
      for (const point of metric.points) {
        if (metric.kind === 'histogram') {
          text.histogram(family, metric, point as HistogramPoint, scopeLabels);
        } else {
          text.number(family, point as NumberPoint, scopeLabels);
        }
        if (slices.isOver()) await slices.turn();
      }
    }
  }
  return text.finish();
}

class PrometheusText {
  readonly #isOpenMetrics: boolean;
  readonly #labels = new PrometheusLabels();
  #text = '';

  constructor(format: PrometheusFormat) {
    this.#isOpenMetrics = format === 'openmetrics';
  }

  /** The resource. The text format has no info metrics: there it is a gauge. */
  target(attributes: Readonly<Record<string, unknown>>): void {
    const labels = this.#labels.write(attributes);
    if (labels === '') return;
    const [name, type] = this.#isOpenMetrics ? ['target', 'info'] : ['target_info', 'gauge'];
    this.#text += `# HELP ${name} Target metadata\n# TYPE ${name} ${type}\ntarget_info{${labels}} 1\n`;
  }

  head({ name, type, unit, help }: PrometheusFamily): void {
    // In the text format, the family of a counter has the name of its samples.
    const family = !this.#isOpenMetrics && type === 'counter' ? `${name}_total` : name;
    if (help !== '') this.#text += `# HELP ${family} ${this.#escapeHelp(help)}\n`;
    this.#text += `# TYPE ${family} ${type}\n`;
    // OpenMetrics has units only of families that are named by them.
    if (this.#isOpenMetrics && unit !== '' && name.endsWith(`_${unit}`))
      this.#text += `# UNIT ${family} ${unit}\n`;
  }

  scopeLabels({ name, version }: PrometheusFamily['members'][number]['scope']): string {
    return this.#labels.write({
      otel_scope_name: name,
      ...(version !== undefined && { otel_scope_version: version }),
    });
  }

  number({ name, type }: PrometheusFamily, point: NumberPoint, scopeLabels: string): void {
    const labels = braced(this.#labelsOf(point, scopeLabels));
    const isCounter = type === 'counter';
    this.#text += `${name}${isCounter ? '_total' : ''}${labels} ${numberText(point.value)}\n`;
    if (isCounter) this.#created(name, labels, point);
  }

  histogram(
    { name }: PrometheusFamily,
    { bounds }: Histogram,
    point: HistogramPoint,
    scopeLabels: string,
  ): void {
    const labels = this.#labelsOf(point, scopeLabels, 'le');
    const comma = labels === '' ? '' : ',';
    const exemplars = this.#isOpenMetrics ? latestOfBuckets(point.exemplars, bounds) : undefined;
    let count = 0;
    let lines = '';
    for (let i = 0; i <= bounds.length; i++) {
      count += point.bucketCounts[i] as number;
      const bound = this.#boundText(bounds[i] ?? Number.POSITIVE_INFINITY);
      const exemplar = exemplars?.get(i);
      lines += `${name}_bucket{${labels}${comma}le="${bound}"} ${count}${exemplar === undefined ? '' : exemplarText(exemplar)}\n`;
    }
    const all = braced(labels);
    this.#text += `${lines}${name}_sum${all} ${numberText(point.sum)}\n${name}_count${all} ${point.count}\n`;
    this.#created(name, all, point);
  }

  finish(): string {
    return this.#isOpenMetrics ? `${this.#text}# EOF\n` : this.#text;
  }

  #labelsOf(point: NumberPoint | HistogramPoint, scopeLabels: string, reserved?: string): string {
    const own = this.#labels.write(point.attributes, reserved);
    return own === '' ? scopeLabels : `${own},${scopeLabels}`;
  }

  /** When the series began, which lets Prometheus see that a counter began again. */
  #created(name: string, labels: string, { startTimeMillis }: NumberPoint | HistogramPoint): void {
    if (!this.#isOpenMetrics) return;
    this.#text += `${name}_created${labels} ${secondsText(startTimeMillis)}\n`;
  }

  /** OpenMetrics wants the bound one as `1.0`, so that it is one series whoever writes it. */
  #boundText(bound: number): string {
    return this.#isOpenMetrics && Number.isInteger(bound) && Math.abs(bound) < 1e15
      ? `${bound}.0`
      : numberText(bound);
  }

  #escapeHelp(help: string): string {
    const escaped = help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
    return this.#isOpenMetrics ? escaped.replace(/"/g, '\\"') : escaped;
  }
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

/** Epoch seconds, exact to the millisecond. */
function secondsText(epochMillis: number): string {
  return (epochMillis / 1000).toFixed(3);
}

/** The latest exemplar of each bucket, by the index of the bucket. */
function latestOfBuckets(
  exemplars: readonly Exemplar[],
  bounds: readonly number[],
): ReadonlyMap<number, Exemplar> | undefined {
  if (exemplars.length === 0) return undefined;
  const latest = new Map<number, Exemplar>();
  for (const exemplar of exemplars) {
    const found = bounds.findIndex((bound) => exemplar.value <= bound);
    const bucket = found === -1 ? bounds.length : found;
    const before = latest.get(bucket);
    if (before === undefined || before.timeMillis < exemplar.timeMillis) {
      latest.set(bucket, exemplar);
    }
  }
  return latest;
}

function exemplarText({ value, timeMillis, traceId, spanId }: Exemplar): string {
  if (traceId.length + spanId.length > MAX_EXEMPLAR_ID_LENGTH) return '';
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${numberText(value)} ${secondsText(timeMillis)}`;
}
