import type {
  Counter as ApiCounter,
  Meter,
  MetricOptions,
  UpDownCounter,
} from '@opentelemetry/api';
import type { Counter } from '../context/index.js';
import { contextStorage } from '../context/index.js';
import { Instrument, type InstrumentHost } from './instrument.js';
import type { MetricAttributes, MetricData, MetricDescriptor, NumberPoint } from './metric-data.js';

/** The value of one series of a counter. */
interface CounterSeries {
  readonly attributes: MetricAttributes;
  readonly startTimeMillis: number;
  /** Undefined before the first value that stays in the registry. */
  value: number | undefined;
}

/** A counter or an up-down counter of a registry. */
export class CounterInstrument
  extends Instrument<CounterSeries, ApiCounter | UpDownCounter>
  implements Counter
{
  constructor(
    descriptor: MetricDescriptor,
    host: InstrumentHost,
    readonly kind: 'counter' | 'up_down_counter',
  ) {
    super(descriptor, host, (attributes) => ({
      attributes,
      startTimeMillis: host.timeMillis(),
      value: undefined,
    }));
  }

  add(value: number, attributes?: MetricAttributes): void {
    if (!this.host.isEnabled) return;
    if (!Number.isFinite(value) || (value < 0 && this.kind === 'counter')) {
      const atLeast = this.kind === 'counter' ? ' of at least 0' : '';
      this.reportValue(value, `a finite number${atLeast}`);
      return;
    }
    let series: CounterSeries;
    try {
      series = this.seriesOf(attributes);
    } catch (error) {
      // A getter of the attributes threw.
      this.host.diagnostics.report('The attributes of a metric threw; a value is lost', error);
      return;
    }
    const { apiInstrument } = this;
    if (apiInstrument === undefined) {
      series.value = (series.value ?? 0) + value;
      return;
    }
    try {
      apiInstrument.add(value, series.attributes, contextStorage.active());
    } catch (error) {
      this.reportThrown(error);
    }
  }

  override read(): MetricData {
    const points: NumberPoint[] = [];
    for (const { attributes, startTimeMillis, value } of this.tree.all) {
      if (value !== undefined) points.push({ attributes, startTimeMillis, value });
    }
    return { kind: this.kind, descriptor: this.descriptor, points };
  }

  protected override createFor(
    meter: Meter,
    name: string,
    options: MetricOptions,
  ): ApiCounter | UpDownCounter {
    return this.kind === 'counter'
      ? meter.createCounter(name, options)
      : meter.createUpDownCounter(name, options);
  }
}
