import type { MetricDescriptor } from '../../metrics/metric-data.js';

// Spec: `compatibility/prometheus_and_openmetrics.md#otlp-metric-points-to-prometheus`.

/** Prometheus' words for units of UCUM. Spec: there, "Metric Metadata". */
const UNIT_WORDS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tebibytes',
  kBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  '%': 'percent',
};

/** What stands behind the stroke of a rate: `m/s` is `meters_per_second`. */
const PER_UNIT_WORDS: Readonly<Record<string, string>> = {
  s: 'second',
  min: 'minute',
  h: 'hour',
  d: 'day',
  wk: 'week',
  mo: 'month',
  a: 'year',
};

/** The kind of a family, as `# TYPE` names it. */
export type PrometheusType = 'counter' | 'gauge' | 'histogram';

const TOTAL = '_total';

/** The name of a family without `_total`, and its unit; the unit is empty for none. */
export interface PrometheusName {
  readonly name: string;
  readonly unit: string;
}

/** Name and unit of the family of a metric. A counter's samples add `_total`. */
export function prometheusName(
  { name, unit }: MetricDescriptor,
  type: PrometheusType,
): PrometheusName {
  let base = escapeName(name, /[^a-zA-Z0-9_:]+/g);
  if (type === 'counter' && base.endsWith(TOTAL)) base = base.slice(0, -TOTAL.length);
  const word = unitWord(unit, type);
  if (word === '' || base === word || base.endsWith(`_${word}`)) return { name: base, unit: word };
  return { name: `${base}_${word}`, unit: word };
}

/** The name of a label: other characters than letters, digits and `_` become `_`, several of them one. */
export function prometheusLabel(key: string): string {
  return escapeName(key, /[^a-zA-Z0-9_]+/g);
}

function escapeName(name: string, discouraged: RegExp): string {
  const escaped = name.replace(discouraged, '_').replace(/__+/g, '_');
  return /^[0-9]/.test(escaped) || escaped === '' ? `_${escaped}` : escaped;
}

/** @returns the unit in words; empty for none */
function unitWord(unit: string, type: PrometheusType): string {
  const plain = unit.replace(/\{[^}]*\}/g, '');
  // As the Collector does: what has no dimension and may fall is a ratio.
  if (plain === '1') return type === 'gauge' ? 'ratio' : '';
  const [measure = '', per] = plain.split('/', 2);
  const words = UNIT_WORDS[measure] ?? measure;
  const perWord = per === undefined || per === '' ? '' : `per_${PER_UNIT_WORDS[per] ?? per}`;
  const joined = [words, perWord].filter((word) => word !== '').join('_');
  return joined === '' ? '' : joined.replace(/[^a-zA-Z0-9_]+/g, '_').replace(/^_+|_+$/g, '');
}
