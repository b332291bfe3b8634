import type { Meter, MetricOptions } from '@opentelemetry/api';
import { checkInstrument, type InstrumentOptions } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { attributesOnPath, nodeOfAttributes, usableAttributes } from './metric-attributes.js';
import type { MetricAttributes, MetricData, MetricDescriptor } from './metric-data.js';
import { SeriesTree } from './series-tree.js';

/** What the instruments of a registry share. */
export interface InstrumentHost {
  readonly diagnostics: Diagnostics;
  /** False if nothing is recorded. */
  readonly isEnabled: boolean;
  /** The number of series of each metric, with the overflow series. */
  readonly maxSeriesCount: number;
  /** The meter that takes the values in place of the registry; undefined if there is none. */
  readonly meter: Meter | undefined;
  /** The epoch time in milliseconds, with a fraction. */
  timeMillis(): number;
}

/** @throws TracingConfigError for an invalid name, unit or description */
export function createDescriptor(name: string, options: InstrumentOptions): MetricDescriptor {
  checkInstrument(name, options);
  const { description = '', unit = '' } = options;
  return { name, description, unit };
}

/** One metric: its series, or the instrument of a registered meter provider that takes its values. */
export abstract class Instrument<S, A> {
  abstract readonly kind: MetricData['kind'];
  readonly descriptor: MetricDescriptor;
  /** The series; none for an instrument that is read by callbacks. */
  readonly tree: SeriesTree<S>;
  protected readonly host: InstrumentHost;
  #meter: Meter | undefined = undefined;
  #apiInstrument: A | undefined = undefined;

  constructor(
    descriptor: MetricDescriptor,
    host: InstrumentHost,
    createSeries: (attributes: MetricAttributes) => S,
  ) {
    this.descriptor = descriptor;
    this.host = host;
    this.tree = new SeriesTree(createSeries, host.maxSeriesCount, () => this.reportOverflow());
  }

  /** The current values of all series. */
  abstract read(): MetricData;

  /** Creates the instrument of a registered meter provider. */
  protected abstract createFor(meter: Meter, name: string, options: MetricOptions): A;

  /** The instrument of the registered meter provider; undefined if the registry takes the values. */
  protected get apiInstrument(): A | undefined {
    const { meter } = this.host;
    if (meter !== this.#meter) {
      this.#meter = meter;
      this.#apiInstrument = meter && this.#tryCreate(meter);
    }
    return this.#apiInstrument;
  }

  #tryCreate(meter: Meter): A | undefined {
    const { name, description, unit } = this.descriptor;
    try {
      return this.createFor(meter, name, { description, unit });
    } catch (error) {
      this.host.diagnostics.report(
        'The registered meter provider threw; a metric stays in the application',
        error,
      );
      return undefined;
    }
  }

  /** Returns the series with the given attributes: that of a known path without creating anything. */
  protected seriesOf(attributes: MetricAttributes | undefined): S {
    const { tree } = this;
    if (typeof attributes !== 'object' || attributes === null) {
      tree.root.series ??= tree.find(NO_ATTRIBUTES);
      return tree.root.series;
    }
    const node = nodeOfAttributes(tree.root, attributes, this.#reportAttribute);
    if (node.isOverflow) return tree.find(usableAttributes(attributes));
    return tree.seriesAt(node, attributesOnPath);
  }

  readonly #reportAttribute = (): void => {
    this.host.diagnostics.report(
      'An attribute of a metric was dropped: its value must be a string, a number or a boolean',
      this.descriptor.name,
    );
  };

  protected reportOverflow(): void {
    const { diagnostics, maxSeriesCount } = this.host;
    diagnostics.report(
      `A metric has reached the limit of ${maxSeriesCount} series. Values of further series are in the series with otel.metric.overflow. Use attributes with fewer values, or raise metrics.maxSeriesCount`,
      this.descriptor.name,
    );
  }

  protected reportValue(value: unknown, requirement: string): void {
    this.host.diagnostics.report(
      `A value of a metric was dropped: it must be ${requirement}`,
      `${this.descriptor.name} got ${String(value)}`,
    );
  }

  protected reportThrown(error: unknown): void {
    this.host.diagnostics.report(
      'The registered meter provider threw; a value of a metric is lost',
      error,
    );
  }
}

const NO_ATTRIBUTES: MetricAttributes = Object.freeze({});
