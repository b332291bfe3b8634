import type {
  Observable as ApiObservable,
  Meter,
  MetricOptions,
  ObservableResult,
} from '@opentelemetry/api';
import { Instrument, type InstrumentHost } from './instrument.js';
import { usableAttributes } from './metric-attributes.js';
import type { MetricAttributes, MetricData, MetricDescriptor, NumberPoint } from './metric-data.js';
import { OVERFLOW_ATTRIBUTES, OVERFLOW_KEY, seriesKeyOf } from './series-tree.js';

/** Tells a value at the time of a collection. */
export type Observe = (value: number, attributes?: MetricAttributes) => void;

/**
 * Tells the current values of a metric by calls of `observe`, one for each series; a series without a call is not in
 * the collection. Called synchronously with each collection. The values of counters are totals.
 */
export type ObservableCallback = (observe: Observe) => void;

/** A metric whose values are read when somebody collects. Create it with `MetricsRegistry.observe`. */
export class ObservableInstrument extends Instrument<never, ApiObservable> {
  readonly #callbacks = new Set<ObservableCallback>();
  readonly #startTimeMillis: number;
  #attached: ApiObservable | undefined = undefined;
  #isReading = false;
  #points: readonly NumberPoint[] = [];

  constructor(
    descriptor: MetricDescriptor,
    host: InstrumentHost,
    readonly kind: 'counter' | 'up_down_counter' | 'gauge',
  ) {
    super(descriptor, host, () => {
      throw new TypeError('The values of callbacks are in no tree');
    });
    this.#startTimeMillis = host.timeMillis();
  }

  addCallback(callback: ObservableCallback): void {
    this.#callbacks.add(callback);
    this.follow();
  }

  removeCallback(callback: ObservableCallback): void {
    this.#callbacks.delete(callback);
    if (this.#callbacks.size === 0) this.detach();
  }

  /** Lets the registered meter provider read the values; a provider that has gone no longer does. */
  follow(): void {
    const { apiInstrument } = this;
    if (apiInstrument === this.#attached) return;
    this.detach();
    if (apiInstrument === undefined || this.#callbacks.size === 0) return;
    this.#attached = apiInstrument;
    this.#tryApi(() => apiInstrument.addCallback(this.#observeApi));
  }

  /** The registered meter provider reads the values no longer. */
  detach(): void {
    const attached = this.#attached;
    this.#attached = undefined;
    if (attached !== undefined) this.#tryApi(() => attached.removeCallback(this.#observeApi));
  }

  override read(): MetricData {
    const { kind, descriptor } = this;
    // A callback that collects itself gets the values of the previous collection.
    if (!this.#isReading && this.#attached === undefined) {
      this.#isReading = true;
      this.#points = this.#readPoints();
      this.#isReading = false;
    }
    const points = this.#attached === undefined ? this.#points : [];
    return { kind, descriptor, points, isObservable: true };
  }

  #readPoints(): NumberPoint[] {
    const startTimeMillis = this.#startTimeMillis;
    const points = new Map<string, NumberPoint>();
    this.#call((value, attributes) => {
      const key = seriesKeyOf(attributes);
      if (points.has(key) || points.size < this.host.maxSeriesCount - 1) {
        points.set(key, { attributes, startTimeMillis, value });
        return;
      }
      const overflow = points.get(OVERFLOW_KEY);
      if (overflow === undefined) this.reportOverflow();
      const total = this.kind === 'gauge' ? value : value + (overflow?.value ?? 0);
      points.set(OVERFLOW_KEY, { attributes: OVERFLOW_ATTRIBUTES, startTimeMillis, value: total });
    });
    return [...points.values()];
  }

  readonly #observeApi = (result: ObservableResult): void => {
    this.#call((value, attributes) => result.observe(value, attributes));
  };

  #call(take: (value: number, attributes: MetricAttributes) => void): void {
    for (const callback of this.#callbacks) {
      try {
        const returned: unknown = callback((value, attributes) => {
          if (Number.isFinite(value)) take(value, usableAttributes(attributes ?? {}));
          else this.reportValue(value, 'a finite number');
        });
        // An asynchronous callback is too late, but its rejection must not end the process.
        if (returned instanceof Promise) returned.catch((error) => this.#reportCallback(error));
      } catch (error) {
        this.#reportCallback(error);
      }
    }
  }

  #reportCallback(error: unknown): void {
    this.host.diagnostics.report('The callback of a metric threw; the metric lacks values', error);
  }

  #tryApi(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.reportThrown(error);
    }
  }

  protected override createFor(meter: Meter, name: string, options: MetricOptions): ApiObservable {
    if (this.kind === 'gauge') return meter.createObservableGauge(name, options);
    return this.kind === 'counter'
      ? meter.createObservableCounter(name, options)
      : meter.createObservableUpDownCounter(name, options);
  }
}
