import { describe, expect, it } from '@jest/globals';
import { createTracing } from '../../../lib/assembly/index.js';
import { OtlpLogExporter, OtlpSpanExporter } from '../../../lib/export/index.js';
import { viewersOfTest } from '../../support/viewer-servers.js';

const startViewer = viewersOfTest();

interface ShownTrace {
  readonly logs: readonly Record<string, unknown>[];
}

describe('the viewer', () => {
  it.each(['http/protobuf', 'http/json'] as const)(
    'shows our log records in their trace, by %s',
    async (protocol) => {
      const { port } = await startViewer();
      const base = `http://localhost:${port}`;
      const tracing = createTracing({
        serviceName: 'orders',
        registerGlobally: false,
        exporter: new OtlpSpanExporter({ url: `${base}/v1/traces`, protocol }),
        logExporter: new OtlpLogExporter({ url: `${base}/v1/logs`, protocol }),
        exceptionSignal: 'logs',
      });
      const { traceId, spanId } = tracing.tracer.trace('work', (span) => {
        tracing.logSink?.emit({
          severityNumber: 13,
          severityText: 'warn',
          body: { stock: { left: 1 } },
          attributes: { sku: 'a' },
          scopeName: 'stock',
        });
        span.recordError(new RangeError('boom'));
        return span.spanContext();
      });
      await tracing.shutdown();
      const response = await fetch(`${base}/api/traces/${traceId}`);
      const { logs } = (await response.json()) as ShownTrace;
      expect(logs).toMatchObject([
        {
          spanId,
          severityNumber: 13,
          severityText: 'warn',
          body: { stock: { left: 1 } },
          attributes: { sku: 'a' },
          scope: 'stock',
          service: 'orders',
        },
        { spanId, eventName: 'exception', severityNumber: 17, body: 'RangeError: boom' },
      ]);
    },
  );
});
