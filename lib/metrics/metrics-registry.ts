import type { Meter } from '@opentelemetry/api';
import type { Counter, Histogram, HistogramOptions, InstrumentOptions } from '../context/index.js';
import { DURATION_BOUNDS } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import type { Resource } from '../trace/index.js';
import { VERSION } from '../version.js';
import { CounterInstrument } from './counter.js';
import { HistogramInstrument } from './histogram.js';
import { createDescriptor, type InstrumentHost } from './instrument.js';
import { MeterDestination } from './meter-destination.js';
import type {
  MetricData,
  MetricDescriptor,
  MetricProducer,
  MetricsSnapshot,
} from './metric-data.js';
import { type ObservableCallback, ObservableInstrument } from './observable.js';

/** What a {@link MetricsRegistry} needs of its application. */
export interface MetricsRegistryParts {
  /** The service whose metrics they are. */
  readonly resource: Resource;
  /** Receives what goes wrong. */
  readonly diagnostics: Diagnostics;
  /** False for an application without metrics: nothing is recorded. @default true */
  readonly isEnabled?: boolean;
  /** The greatest number of series of each metric, at least 2; one of them counts what is above the limit. */
  readonly maxSeriesCount: number;
  /** The current epoch time in milliseconds, with a fraction. */
  timeMillis(): number;
}

type AnyInstrument = CounterInstrument | HistogramInstrument | ObservableInstrument;

/** More than an application has; what creates a metric for each request must not fill the memory. */
const MAX_INSTRUMENTS = 2000;

/**
 * The metrics of an application: those of its operations, and its own. Inject it by its class:
 * `constructor(private readonly metrics: MetricsRegistry) {}`.
 *
 * Values go to the meter provider that is registered with `@opentelemetry/api`, also if it is registered later.
 * They stay in the registry, for {@link collect}, if there is none or an exporter or endpoint of this application reads
 * them. Values are cumulative.
 *
 * Apart from set-up errors, no method throws.
 */
export class MetricsRegistry implements MetricProducer {
  /** False without the option `metrics`: nothing is recorded, {@link collect} returns no metrics. */
  readonly isEnabled: boolean;
  readonly #parts: MetricsRegistryParts;
  readonly #destination: MeterDestination;
  readonly #host: InstrumentHost;
  /** By the name in lower case. Spec: `metrics/api.md#instrument-name-syntax`: names are case-insensitive. */
  readonly #instruments = new Map<string, AnyInstrument>();
  #readerCount = 0;
  #meter: Meter | undefined = undefined;
  #isClosed = false;

  constructor(parts: MetricsRegistryParts) {
    this.#parts = parts;
    const { diagnostics, maxSeriesCount, isEnabled = true } = parts;
    this.isEnabled = isEnabled;
    this.#destination = new MeterDestination(diagnostics);
    const registry = this;
    this.#host = {
      diagnostics,
      isEnabled,
      maxSeriesCount,
      timeMillis: () => parts.timeMillis(),
      get meter() {
        return registry.#currentMeter();
      },
    };
  }

  /**
   * Returns the counter of a name, which only grows.
   *
   * @throws TracingConfigError for an invalid name, unit or description
   */
  counter(name: string, options: InstrumentOptions = {}): Counter {
    return this.#instrument(
      createDescriptor(name, options),
      (found): found is CounterInstrument =>
        found instanceof CounterInstrument && found.kind === 'counter',
      (descriptor) => new CounterInstrument(descriptor, this.#host, 'counter'),
    );
  }

  /**
   * Returns the up-down counter of a name, for the number of things that come and go.
   *
   * @throws TracingConfigError for an invalid name, unit or description
   */
  upDownCounter(name: string, options: InstrumentOptions = {}): Counter {
    return this.#instrument(
      createDescriptor(name, options),
      (found): found is CounterInstrument =>
        found instanceof CounterInstrument && found.kind === 'up_down_counter',
      (descriptor) => new CounterInstrument(descriptor, this.#host, 'up_down_counter'),
    );
  }

  /**
   * Returns the histogram of a name. The bounds are those of the first call.
   *
   * @throws TracingConfigError for an invalid name, unit, description or bounds
   */
  histogram(name: string, options: HistogramOptions = {}): Histogram {
    const descriptor = createDescriptor(name, options);
    const bounds = [...(options.bounds ?? DURATION_BOUNDS)];
    return this.#instrument(
      descriptor,
      (found) => found instanceof HistogramInstrument,
      () => new HistogramInstrument(descriptor, this.#host, bounds),
    );
  }

  /**
   * Adds a metric whose values are read with each collection.
   *
   * @returns a function that removes the callback
   * @throws TracingConfigError for an invalid name, unit or description
   */
  observe(
    kind: 'counter' | 'up_down_counter' | 'gauge',
    name: string,
    options: InstrumentOptions,
    callback: ObservableCallback,
  ): () => void {
    const instrument = this.#instrument(
      createDescriptor(name, options),
      (found): found is ObservableInstrument =>
        found instanceof ObservableInstrument && found.kind === kind,
      (descriptor) => new ObservableInstrument(descriptor, this.#host, kind),
    );
    if (this.isEnabled) instrument.addCallback(callback);
    return () => instrument.removeCallback(callback);
  }

  /**
   * From now on the values stay in the registry, although a meter provider is registered: an exporter or an endpoint
   * reads them.
   *
   * @returns a function that takes the reader away
   */
  addReader(): () => void {
    this.#readerCount++;
    this.follow();
    let isReading = true;
    return () => {
      if (isReading) this.#readerCount--;
      isReading = false;
      this.follow();
    };
  }

  /** Whether an exporter or an endpoint of this application reads the values. */
  get hasReader(): boolean {
    return this.#readerCount > 0;
  }

  /** Notices a meter provider that has been registered. Each record does so too; metrics with callbacks need it. */
  follow(): void {
    this.#currentMeter();
  }

  collect(): MetricsSnapshot {
    const { resource } = this.#parts;
    this.follow();
    const metrics: MetricData[] = [];
    for (const instrument of this.#instruments.values()) {
      const data = instrument.read();
      if (data.points.length > 0) metrics.push(data);
    }
    const timeMillis = this.#parts.timeMillis();
    const scope = { name: 'nestjs-traced', version: VERSION };
    return { resource, timeMillis, scopes: metrics.length === 0 ? [] : [{ scope, metrics }] };
  }

  /** Leaves the registered meter provider. Called at the shutdown of the application. */
  close(): void {
    this.#isClosed = true;
    for (const instrument of this.#instruments.values()) {
      if (instrument instanceof ObservableInstrument) instrument.detach();
    }
  }

  #currentMeter(): Meter | undefined {
    // A provider that throws must not be heard of in an application without metrics.
    const isKept = this.#readerCount > 0 || !this.isEnabled;
    const meter = isKept ? undefined : this.#destination.meter;
    if (meter !== this.#meter) {
      this.#meter = meter;
      if (!this.#isClosed) this.#followWithCallbacks();
    }
    return meter;
  }

  #followWithCallbacks(): void {
    for (const instrument of this.#instruments.values()) {
      if (instrument instanceof ObservableInstrument) instrument.follow();
    }
  }

  #instrument<I extends AnyInstrument>(
    descriptor: MetricDescriptor,
    isWanted: (found: AnyInstrument) => found is I,
    create: (descriptor: MetricDescriptor) => I,
  ): I {
    const key = descriptor.name.toLowerCase();
    const found = this.#instruments.get(key);
    if (found !== undefined && isWanted(found)) return found;
    const created = create(descriptor);
    if (found !== undefined) {
      this.#parts.diagnostics.report(
        'A metric was created again as another kind of metric; what is recorded with the second one is lost',
        descriptor.name,
      );
    } else if (this.#instruments.size >= MAX_INSTRUMENTS) {
      this.#parts.diagnostics.report(
        `An application has at most ${MAX_INSTRUMENTS} metrics; what is recorded with further ones is lost`,
        descriptor.name,
      );
    } else {
      this.#instruments.set(key, created);
    }
    return created;
  }
}
