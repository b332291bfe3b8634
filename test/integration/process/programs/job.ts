import { setTimeout } from 'node:timers/promises';
import { isMainThread, workerData } from 'node:worker_threads';
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import {
  createTracing,
  getBaggage,
  OtlpSpanExporter,
  SpanAttribute,
  Traced,
  withBaggage,
} from 'nestjs-traced/core';
import { say, told } from './say.js';

const place = isMainThread ? 'process' : 'thread';

class Report {
  @Traced()
  async make(@SpanAttribute('report.place') at: string): Promise<string | undefined> {
    await setTimeout(1);
    return withBaggage({ at }, () => getBaggage('at'));
  }
}

const tracing = createTracing({
  serviceName: `job in a ${place}`,
  exporter: new OtlpSpanExporter({ url: told('COLLECTOR_URL') }),
});
const carrier = isMainThread ? { traceparent: told('TRACEPARENT') } : workerData;
const caller = propagation.extract(ROOT_CONTEXT, carrier);
const made = await context.with(caller, () => new Report().make(place));
await tracing.shutdown();
say({
  [place]: {
    made,
    counts: tracing.statistics.counts(),
    // Nest loads it, and nothing else here does.
    hasReflectMetadata: 'getMetadata' in Reflect,
  },
});
