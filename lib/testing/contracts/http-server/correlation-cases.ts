import { document, ownRule, specification } from '../contract-case.js';
import { applicationCase, type HttpServerCase, runWithApplication } from './application-case.js';
import { ask } from './ask.js';
import type { HttpServerSubject } from './http-server-contract.js';
import { startApplication } from './start-application.js';

const EXTRACTED = document('W3C Trace Context, #traceparent-header');
const UNSAMPLED = specification('trace/sdk.md#parentbased');
const APART = specification('context/README.md#overview');
const APPLICATIONS = ownRule('each application of a process has a tracing of its own');

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

/** Cases about which trace a span belongs to. */
export function correlationCases(subject: HttpServerSubject): HttpServerCase[] {
  return [...callers(subject), ...concurrent(subject), ...severalApplications(subject)];
}

function callers(subject: HttpServerSubject): HttpServerCase[] {
  return [
    applicationCase(
      subject,
      'continues the trace of the caller',
      EXTRACTED,
      async (app, demand) => {
        const traceparent = `00-${TRACE_ID}-${SPAN_ID}-01`;
        await fetch(`${app.url}/orders/42`, { headers: { traceparent } });
        const [child, server] = await app.recorder.takeNextTrace();
        const { spanId, isRemote } = server?.parentSpanContext ?? {};
        demand.equal(
          { traceId: server?.spanContext().traceId, spanId, isRemote },
          { traceId: TRACE_ID, spanId: SPAN_ID, isRemote: true },
          'the trace and the parent of the span of the request',
        );
        demand.equal(
          child?.parentSpanContext?.spanId,
          server?.spanContext().spanId,
          'the parent of the span in the handler',
        );
      },
    ),
    applicationCase(
      subject,
      'records nothing if the caller did not sample',
      UNSAMPLED,
      async (app, demand) => {
        const traceparent = `00-${TRACE_ID}-${SPAN_ID}-00`;
        const response = await fetch(`${app.url}/orders/42`, { headers: { traceparent } });
        demand.equal(await response.json(), { id: '42' }, 'the body of the response');
        demand.equal(app.recorder.openSpans.length, 0, 'the number of open spans');
      },
    ),
  ];
}

function concurrent(subject: HttpServerSubject): HttpServerCase[] {
  return [
    applicationCase(subject, 'does not mix concurrent requests', APART, async (app, demand) => {
      const ids = Array.from({ length: 20 }, (_, index) => String(index));
      await Promise.all(ids.map((id) => fetch(`${app.url}/orders/${id}`)));
      const spans = await app.recorder.takeNextSpans(40);
      const pathOfTrace = new Map(
        spans
          .filter(({ name }) => name === 'GET /orders/:id')
          .map((span) => [span.spanContext().traceId, span.attributes['url.path']]),
      );
      const children = spans.filter(({ name }) => name === 'load order');
      demand.equal(
        children.map((span) => pathOfTrace.get(span.spanContext().traceId)),
        children.map((span) => `/orders/${String(span.attributes['order.id'])}`),
        'the paths of the requests above the spans of the handlers',
      );
      demand.equal(
        [children.length, pathOfTrace.size],
        [20, 20],
        'the numbers of children and traces',
      );
    }),
  ];
}

function severalApplications(subject: HttpServerSubject): HttpServerCase[] {
  return [
    applicationCase(
      subject,
      'does not mix applications of one process',
      APPLICATIONS,
      async (first, demand) => {
        await runWithApplication(subject, {}, demand, async (second) => {
          await Promise.all([fetch(`${first.url}/orders/1`), fetch(`${second.url}/orders/2`)]);
          for (const [app, id] of [
            [first, '1'],
            [second, '2'],
          ] as const) {
            const spans = await app.recorder.takeNextTrace();
            const orderIds = spans.map(({ attributes }) => attributes['order.id'] ?? '');
            demand.equal(orderIds, [id, ''], `the orders in the trace of application ${id}`);
          }
        });
        // The second application must not remove hooks of the first when it closes.
        const { trace } = await ask(first, '/orders/fails/sync');
        const expected = 'exception StockError';
        demand.that(trace.includes(expected), `a trace with ${expected}`, trace);
      },
    ),
    {
      name: 'starts again after another application was closed',
      rule: APPLICATIONS,
      run: async (demand) => {
        const first = await startApplication(subject);
        await first.application.close();
        await runWithApplication(subject, {}, demand, async (second) => {
          const { trace } = await ask(second, '/orders');
          const expected =
            'GET /orders [server] code.function.name=OrdersController.list http.response.status_code=200';
          demand.equal(trace, expected, 'the trace of the second application');
        });
        demand.equal(
          first.recorder.spans.length,
          0,
          'the number of spans of the first application',
        );
      },
    },
  ];
}
