import {
  type Histogram as ApiHistogram,
  type Context,
  type Meter,
  type MetricOptions,
  type Span,
  TraceFlags,
} from '@opentelemetry/api';
import type { Histogram } from '../context/index.js';
import { contextStorage, TracingContext } from '../context/index.js';
import { HistogramSeries } from './histogram-series.js';
import { Instrument, type InstrumentHost } from './instrument.js';
import type { MetricAttributes, MetricData, MetricDescriptor } from './metric-data.js';

/** A histogram of a registry. */
export class HistogramInstrument
  extends Instrument<HistogramSeries, ApiHistogram>
  implements Histogram
{
  readonly kind = 'histogram';
  readonly #bounds: readonly number[];

  constructor(descriptor: MetricDescriptor, host: InstrumentHost, bounds: readonly number[]) {
    super(
      descriptor,
      host,
      (attributes) => new HistogramSeries(attributes, bounds, host.timeMillis()),
    );
    this.#bounds = bounds;
  }

  record(value: number, attributes?: MetricAttributes, context?: Context): void {
    if (!this.host.isEnabled || !this.accepts(value)) return;
    try {
      const given = context === undefined ? contextStorage.active() : TracingContext.from(context);
      this.recordIn(this.seriesOf(attributes), value, given);
    } catch (error) {
      // A getter of the attributes threw.
      this.host.diagnostics.report('The attributes of a metric threw; a value is lost', error);
    }
  }

  /**
   * Records a value in a series.
   *
   * @param value is recorded if {@link accepts} says so
   * @param context its span becomes the exemplar if it is sampled
   */
  recordIn(series: HistogramSeries, value: number, context: TracingContext): void {
    const { apiInstrument } = this;
    if (apiInstrument !== undefined) {
      try {
        apiInstrument.record(value, series.attributes, context);
      } catch (error) {
        this.reportThrown(error);
      }
      return;
    }
    const bucket = series.record(value);
    if (context.span !== undefined) this.#offer(series, bucket, value, context.span);
  }

  accepts(value: number): boolean {
    if (value >= 0 && value < Number.POSITIVE_INFINITY && typeof value === 'number') return true;
    this.reportValue(value, 'a finite number of at least 0');
    return false;
  }

  /** Spec: `metrics/sdk.md#tracebased`: only values of sampled spans. */
  #offer(series: HistogramSeries, bucket: number, value: number, span: Span): void {
    if ((span as { isUnsampledForAll?: boolean }).isUnsampledForAll === true) return;
    const { traceId, spanId, traceFlags } = span.spanContext();
    if ((traceFlags & TraceFlags.SAMPLED) === 0) return;
    const timeMillis = this.host.timeMillis();
    series.keepExemplar(bucket, { value, timeMillis, traceId, spanId });
  }

  override read(): MetricData {
    const points = Array.from(this.tree.all, (series) => series.point()).filter(
      // Others have given their values to a meter provider.
      ({ count }) => count > 0,
    );
    return { kind: this.kind, descriptor: this.descriptor, bounds: this.#bounds, points };
  }

  protected override createFor(meter: Meter, name: string, options: MetricOptions): ApiHistogram {
    const advice = { explicitBucketBoundaries: [...this.#bounds] };
    return meter.createHistogram(name, { ...options, advice });
  }
}
