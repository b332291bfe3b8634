import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { withBaggage } from '../../../lib/baggage/index.js';
import type { TracingOptions } from '../../../lib/nest/index.js';
import { SPAN_PROCESSORS, TracingModule } from '../../../lib/nest/index.js';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { SpanRecorder, testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { Tracer } from '../../../lib/trace/index.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { BaggageModule } from './baggage-application.js';
import { type Receiver, startReceiver, valuesOf } from './receiver.js';

let inside: Receiver;
let outside: Receiver;

beforeAll(async () => {
  outside = await startReceiver();
  inside = await startReceiver(({ url }) =>
    url === '/redirect' ? `${outside.url}/end` : undefined,
  );
});

afterAll(async () => {
  await inside.close();
  await outside.close();
});

describe.each(PLATFORMS)('baggage in an application on $name', (platform) => {
  let app: StartedApplication;

  async function start(tracing: TracingOptions = {}): Promise<void> {
    app = await startApplication(platform, { tracing, module: BaggageModule.with });
  }

  afterEach(async () => {
    await app.application.close();
    expect(app.warnings).toEqual([]);
    app.recorder.verify();
  });

  /** Makes the application call `url`, for a caller with baggage. */
  async function call(url: string): Promise<unknown> {
    const response = await fetch(`${app.url}/baggage/calls`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        baggage: 'tenant=acme;kept, secret=x',
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      },
      body: JSON.stringify({ url }),
    });
    return response.json();
  }

  /** The baggage of the one request that came, and whether it carried a trace context. */
  function arrived(receiver: Receiver): [string[], boolean] {
    const requests = receiver.takeHeaders();
    expect(requests).toHaveLength(1);
    const [headers = []] = requests;
    return [valuesOf(headers, 'baggage'), valuesOf(headers, 'traceparent').length === 1];
  }

  it('reaches the parameters of handlers, through pipes', async () => {
    await start();
    const headers = { baggage: 'tenant=%C3%A4cme, count=5' };
    const response = await fetch(`${app.url}/baggage`, { headers });
    expect(await response.json()).toEqual({
      tenant: 'äcme',
      isAbsent: true,
      count: 5,
      all: { tenant: 'äcme', count: '5' },
    });
    await app.recorder.takeNextTrace();
  });

  it('is refused by a pipe as any parameter', async () => {
    await start();
    const response = await fetch(`${app.url}/baggage`);
    expect(response.status).toBe(400);
    await app.recorder.takeNextTrace();
  });

  it('is changed by an interceptor for the handler and the calls it makes', async () => {
    await start();
    expect(await call(`${inside.url}/`)).toEqual({ tenant: 'acme', plan: 'free' });
    expect(arrived(inside)).toEqual([['tenant=acme;kept,plan=free'], true]);
    await app.recorder.takeNextTrace();
  });

  it.each<[string, RequestInit]>([
    ['without a body', {}],
    [
      'with a body',
      { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } },
    ],
  ])('is changed by middleware %s', async (_, init) => {
    await start();
    const response = await fetch(`${app.url}/baggage/middleware`, init);
    expect(await response.text()).toBe('yes');
    await app.recorder.takeNextTrace();
  });

  it('is copied onto spans where it is chosen', async () => {
    await start({ baggage: { spanAttributes: ['tenant', 'plan'] } });
    await call(`${inside.url}/`);
    inside.takeHeaders();
    const spans = await app.recorder.takeNextTrace();
    expect(traceAsText(spans, { attributes: ['tenant', 'plan', 'secret'] })).toBe(
      [
        'POST /baggage/calls [server, remote parent] tenant=acme',
        '  work plan=free tenant=acme',
        '    GET [client] plan=free tenant=acme',
      ].join('\n'),
    );
  });

  it('stays off the spans otherwise', async () => {
    await start();
    await call(`${inside.url}/`);
    inside.takeHeaders();
    const spans = await app.recorder.takeNextTrace();
    expect(traceAsText(spans, { attributes: ['tenant', 'plan', 'secret'] })).not.toContain('acme');
  });

  it('goes to those only who may have it, redirected or not', async () => {
    await start({ http: { client: { propagateBaggageTo: [inside.url] } } });
    await call(`${inside.url}/`);
    expect(arrived(inside)).toEqual([['tenant=acme;kept,plan=free'], true]);
    await call(`${outside.url}/`);
    expect(arrived(outside)).toEqual([[], true]);
    await call(`${inside.url}/redirect`);
    expect(arrived(inside)).toEqual([['tenant=acme;kept,plan=free'], true]);
    expect(arrived(outside)).toEqual([[], true]);
    app.recorder.reset();
  });

  it('is kept with the trace context from those who may learn of neither', async () => {
    await start({ http: { client: { propagateTo: [inside.url] } } });
    await call(`${outside.url}/`);
    expect(arrived(outside)).toEqual([[], false]);
    await call(`${inside.url}/redirect`);
    expect(arrived(inside)).toEqual([['tenant=acme;kept,plan=free'], true]);
    expect(arrived(outside)).toEqual([[], false]);
    app.recorder.reset();
  });
});

describe('the option baggage.spanAttributes', () => {
  it('holds when the span processors are overridden', async () => {
    const { options } = testTracingOptions({ baggage: { spanAttributes: ['tenant'] } });
    const recorder = new SpanRecorder();
    const module = await Test.createTestingModule({ imports: [TracingModule.forRoot(options)] })
      .overrideProvider(SPAN_PROCESSORS)
      .useValue([recorder])
      .compile();
    withBaggage({ tenant: 'acme' }, () => module.get(Tracer).trace('one', () => {}));
    expect(recorder.takeSpan().attributes).toEqual({ tenant: 'acme' });
    await module.close();
  });

  it('keeps an application from starting if it cannot be used', async () => {
    const { options } = testTracingOptions({ baggage: { spanAttributes: 'tenant' as never } });
    const starting = Test.createTestingModule({
      imports: [TracingModule.forRoot(options)],
    }).compile();
    await expect(starting).rejects.toThrow(
      'baggage.spanAttributes must be an array of non-empty strings',
    );
  });
});
