import {
  type Attributes,
  type Context,
  type Link,
  propagation,
  type SpanKind,
} from '@opentelemetry/api';
import type { Sampler, SamplingResult } from 'nestjs-traced';

/** Asks another sampler for each tenant, by the entry `tenant` of the baggage. */
export class TenantSampler implements Sampler {
  constructor(
    private readonly samplers: ReadonlyMap<string, Sampler>,
    private readonly others: Sampler,
  ) {}

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const tenant = propagation.getBaggage(context)?.getEntry('tenant')?.value ?? '';
    const sampler = this.samplers.get(tenant) ?? this.others;
    // The whole result: its trace state has the threshold that other services need.
    return sampler.shouldSample(context, traceId, name, kind, attributes, links);
  }

  toString(): string {
    const tenants = [...this.samplers].map(([tenant, sampler]) => `${tenant}:${sampler}`);
    return `TenantSampler{${[...tenants, `others:${this.others}`].join(',')}}`;
  }
}
