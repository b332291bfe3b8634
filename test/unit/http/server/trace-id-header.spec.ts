import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { HttpServerHandler } from '../../../../lib/http/index.js';
import { TraceIdHeader } from '../../../../lib/http/server/trace-id-header.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { answer, createExchange } from './exchange.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const CONTEXT = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };

function headerOf(name: string): { header: TraceIdHeader; warnings: string[] } {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (line: string) => warnings.push(line) });
  return { header: TraceIdHeader.of(name, diagnostics) as TraceIdHeader, warnings };
}

function createResponse(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

describe('TraceIdHeader', () => {
  it.each([
    ['traceresponse', `00-${TRACE_ID}-${SPAN_ID}-01`],
    ['TraceResponse', `00-${TRACE_ID}-${SPAN_ID}-01`],
    ['x-trace-id', TRACE_ID],
    ['X-Request-Trace', TRACE_ID],
  ])('of the name %s has the value %s', (name, value) => {
    const response = createResponse();
    headerOf(name).header.setOn(response, CONTEXT);
    expect(response.getHeader(name)).toBe(value);
  });

  it.each([
    [0, '00'],
    [3, '03'],
  ])('writes the flags %d with two digits', (traceFlags, text) => {
    const response = createResponse();
    headerOf('traceresponse').header.setOn(response, { ...CONTEXT, traceFlags });
    expect(response.getHeader('traceresponse')).toBe(`00-${TRACE_ID}-${SPAN_ID}-${text}`);
  });

  it('leaves a header alone that the response already has', () => {
    const response = createResponse();
    response.setHeader('X-Trace-Id', 'mine');
    headerOf('x-trace-id').header.setOn(response, CONTEXT);
    expect(response.getHeader('x-trace-id')).toBe('mine');
  });

  it('does nothing once the headers are sent', () => {
    const response = createResponse();
    response.writeHead(200);
    const { header, warnings } = headerOf('x-trace-id');
    header.setOn(response, CONTEXT);
    expect(response.hasHeader('x-trace-id')).toBe(false);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['of the caller only', { ...CONTEXT, isRemote: true }],
    ['that does not exist', { ...CONTEXT, traceId: '0'.repeat(32) }],
  ])('does not show a trace %s', (_, context) => {
    const response = createResponse();
    headerOf('x-trace-id').header.setOn(response, context);
    expect(response.getHeaderNames()).toEqual([]);
  });

  it('reports a response that takes no headers', () => {
    const { header, warnings } = headerOf('x-trace-id');
    header.setOn({} as ServerResponse, CONTEXT);
    expect(warnings).toEqual([
      expect.stringMatching(/^The trace id could not be added to a response: TypeError: /),
    ]);
  });

  it.each(['', 'x trace', 'x-trace:', ':trace', 'träce', 'Content-Length', 7, true, null])(
    'refuses the name %p',
    (name) => {
      const create = (): unknown => TraceIdHeader.of(name as string, new Diagnostics());
      expect(create).toThrow(/http\.server\.exposeTraceId must be the name of a response header/);
    },
  );
});

describe('HttpServerHandler with exposeTraceId', () => {
  it.each([
    ['sampled', undefined, '01'],
    ['not sampled', new AlwaysOffSampler(), '00'],
  ])('shows a trace that is %s before the request is handled', (_, sampler, flags) => {
    const { tracer, recorder } = createTestTracing(sampler && { sampler });
    const handler = new HttpServerHandler(tracer, { exposeTraceId: 'traceresponse' });
    const exchange = createExchange();
    handler.run(exchange.request, exchange.response, () => {
      const { traceId, spanId } = tracer.activeSpan?.spanContext() ?? CONTEXT;
      const value = exchange.response.getHeader('traceresponse');
      expect(String(value).slice(0, -2)).toBe(`00-${traceId}-${spanId}-`);
      expect(String(value).slice(-2)).toBe(flags);
    });
    answer(exchange, 200);
    if (sampler === undefined) recorder.takeSpan();
    recorder.verify();
  });

  it('adds no header to a response of an ignored request, or by default', () => {
    const { tracer, recorder } = createTestTracing();
    for (const options of [{ exposeTraceId: 'x-trace-id', ignore: ['/orders/42'] }, {}]) {
      const exchange = createExchange();
      new HttpServerHandler(tracer, options).run(exchange.request, exchange.response, () => {});
      expect(exchange.response.getHeaderNames()).toEqual([]);
      answer(exchange, 200);
    }
    recorder.takeSpan();
    recorder.verify();
  });
});
