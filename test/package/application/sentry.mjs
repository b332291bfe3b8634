// Errors are Sentry's, traces are ours: an application with @sentry/nestjs 10 or 11, which sends nothing.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { context, propagation, trace } from '@opentelemetry/api';
import * as Sentry from '@sentry/nestjs';

const events = [];
Sentry.init({
  dsn: 'http://key@127.0.0.1:9/1',
  // Version 10 only: version 11 registers nothing with @opentelemetry/api.
  skipOpenTelemetrySetup: true,
  // Another tool's headers beside ours are not what this checks.
  tracePropagationTargets: [],
  beforeSend(event) {
    events.push(event);
    return null;
  },
});
const isVersion10 = 'SentryContextManager' in Sentry;
if (isVersion10) {
  context.setGlobalContextManager(new Sentry.SentryContextManager());
} else {
  Sentry.addEventProcessor((event) => {
    const active = trace.getActiveSpan()?.spanContext();
    if (active === undefined) return event;
    const ids = { trace_id: active.traceId, span_id: active.spanId };
    return { ...event, contexts: { ...event.contexts, trace: ids } };
  });
}

// Sentry has to come first.
const { SentryGlobalFilter, SentryModule } = await import('@sentry/nestjs/setup');
const { Controller, Get, Module, Param } = await import('@nestjs/common');
const { APP_FILTER, NestFactory } = await import('@nestjs/core');
const { TracingModule, tracedFetch } = await import('nestjs-traced');
const { SpanRecorder, traceAsText } = await import('nestjs-traced/testing');

const echo = createServer((request, response) => response.end(JSON.stringify(request.headers)));
await new Promise((resolve) => echo.listen(0, '127.0.0.1', resolve));

class OrdersController {
  async fail(id) {
    Sentry.setTag('order', id);
    // The other requests set their tags meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 20));
    trace.getTracer('library').startActiveSpan('library work', (span) => span.end());
    throw new Error(`There is no order ${id}`);
  }

  async call() {
    const injected = {};
    propagation.inject(context.active(), injected);
    const response = await tracedFetch(`http://127.0.0.1:${echo.address().port}/`);
    return { injected, sent: await response.json() };
  }
}

function decorate(target, name, decorator) {
  decorator(target.prototype, name, Object.getOwnPropertyDescriptor(target.prototype, name));
}

decorate(OrdersController, 'fail', Get('fail/:id'));
Param('id')(OrdersController.prototype, 'fail', 0);
decorate(OrdersController, 'call', Get('call'));
Controller('orders')(OrdersController);

const recorder = new SpanRecorder();
const warnings = [];
class AppModule {}
Module({
  imports: [
    SentryModule.forRoot(),
    TracingModule.forRoot({
      spanProcessors: [recorder],
      // The requests of this program are not those of the application.
      http: { client: { requireParent: true } },
      logger: { warn: (message) => warnings.push(message) },
    }),
  ],
  controllers: [OrdersController],
  providers: [{ provide: APP_FILTER, useClass: SentryGlobalFilter }],
})(AppModule);

const { createAdapter } = await import('./sentry-adapter.mjs');
const app = await NestFactory.create(AppModule, createAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address();
const get = (path) => fetch(`http://127.0.0.1:${port}/orders/${path}`);

// Several requests at once: each error has its own tag, and the ids of its own trace.
const ids = ['1', '2', '3'];
const statuses = await Promise.all(ids.map(async (id) => (await get(`fail/${id}`)).status));
assert.deepEqual(statuses, [500, 500, 500]);
const spans = await recorder.takeNextSpans(6);
await Sentry.flush(1000);
assert.equal(events.length, 3);
for (const event of events) {
  const message = event.exception.values[0].value;
  const server = spans.find(({ status }) => status.message === message);
  assert.equal(message, `There is no order ${event.tags.order}`);
  assert.equal(event.contexts.trace.trace_id, server.spanContext().traceId);
  const { traceId } = server.spanContext();
  const ofTrace = spans.filter((span) => span.spanContext().traceId === traceId);
  assert.equal(
    traceAsText(ofTrace, { attributes: false, events: true }),
    `GET /orders/fail/:id [server] ERROR "${message}" exception Error\n  library work`,
  );
}

// What leaves the process carries our ids.
const { injected, sent } = await (await get('call')).json();
const [client, server] = await recorder.takeNextSpans(2);
const traceId = server.spanContext().traceId;
assert.equal(injected.traceparent, `00-${traceId}-${server.spanContext().spanId}-03`);
assert.equal(sent.traceparent, `00-${traceId}-${client.spanContext().spanId}-03`);
assert.deepEqual(warnings, []);

await app.close();
recorder.verify();
echo.close();
await Sentry.close(1000);
console.log(`@sentry/nestjs ${Sentry.SDK_VERSION}: ${events.length} errors, traces are ours`);
