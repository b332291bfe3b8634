import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { CapturedFields } from '../../../../lib/carriers/index.js';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { GrpcErrorRule } from '../../../../lib/grpc/grpc-error-rule.js';
import { valuesInMetadata } from '../../../../lib/grpc/grpc-metadata.js';
import { isServerError } from '../../../../lib/grpc/grpc-status.js';
import { GrpcServerOperation } from '../../../../lib/grpc/server/grpc-server-operation.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function begin(sampler?: AlwaysOffSampler) {
  const { tracer, recorder, warnings } = createTracing({ sampler });
  const open = new Set<GrpcServerOperation>();
  const settings = {
    responseMetadata: CapturedFields.of('x', 'rpc.response.metadata.', valuesInMetadata, [
      'x-cost',
    ]),
    hasMessageEvents: false,
    errorRule: new GrpcErrorRule('isError', isServerError, undefined, tracer.diagnostics),
    open,
  };
  const span = tracer.startSpan('call', { kind: SpanKind.SERVER });
  const operation = new GrpcServerOperation(settings, 'a.B/C', span, TracingContext.ROOT);
  return { operation, open, recorder, warnings };
}

function textAfter(steps: (operation: GrpcServerOperation) => void): string {
  const { operation, open, recorder, warnings } = begin();
  expect(open.has(operation)).toBe(true);
  steps(operation);
  operation.finish();
  operation.finish();
  expect(open.size).toBe(0);
  expect(warnings).toEqual([]);
  const attributes = ['rpc.status_code', 'error.type', 'rpc.response.metadata.x-cost'];
  return traceAsText(recorder.takeSpans(), { attributes });
}

const error = new TypeError('no shelf');

describe('GrpcServerOperation', () => {
  it.each<[string, (operation: GrpcServerOperation) => void, string]>([
    ['ends OK', (it) => it.statusSent({ code: 0 }), 'call [server] rpc.status_code=OK'],
    [
      'ends with an error of the server',
      (it) => it.statusSent({ code: 13, details: 'broken' }),
      'call [server] error.type=INTERNAL rpc.status_code=INTERNAL ERROR "broken"',
    ],
    [
      'ends with an error of the caller',
      (it) => it.statusSent({ code: 5, details: 'gone' }),
      'call [server] rpc.status_code=NOT_FOUND',
    ],
    ['was cancelled without a status', () => {}, 'call [server] rpc.status_code=CANCELLED'],
    [
      'takes the first status',
      (it) => {
        it.statusSent({ code: 5 });
        it.statusSent({ code: 0 });
      },
      'call [server] rpc.status_code=NOT_FOUND',
    ],
    [
      'takes no status after it has closed',
      (it) => {
        it.closed(true);
        it.statusSent({ code: 0 });
      },
      'call [server] rpc.status_code=CANCELLED',
    ],
    [
      'is cancelled if it was reset in the moment it succeeded',
      (it) => {
        it.statusSent({ code: 0 });
        it.closed(true);
      },
      'call [server] rpc.status_code=CANCELLED',
    ],
    [
      'keeps the failure it was reset after',
      (it) => {
        it.statusSent({ code: 4 });
        it.closed(true);
      },
      'call [server] error.type=DEADLINE_EXCEEDED rpc.status_code=DEADLINE_EXCEEDED ERROR',
    ],
    [
      'is not changed by closing as it should',
      (it) => {
        it.statusSent({ code: 0 });
        it.closed(false);
      },
      'call [server] rpc.status_code=OK',
    ],
    [
      'records an exception once',
      (it) => {
        it.exceptionCaught(error);
        it.exceptionCaught(error);
        it.statusSent({ code: 2, details: 'Internal server error' });
      },
      'call [server] error.type=UNKNOWN rpc.status_code=UNKNOWN ERROR "Internal server error" exception TypeError "no shelf"',
    ],
    [
      'records the exception behind an error of the caller',
      (it) => {
        it.exceptionCaught('bad');
        it.statusSent({ code: 3 });
      },
      'call [server] rpc.status_code=INVALID_ARGUMENT exception string "bad"',
    ],
    [
      'shows the metadata of its end',
      (it) => {
        const metadata = new Metadata();
        metadata.set('x-cost', '3');
        it.statusSent({ code: 0, metadata });
      },
      'call [server] rpc.response.metadata.x-cost=["3"] rpc.status_code=OK',
    ],
  ])('%s', (_, steps, text) => {
    expect(textAfter(steps)).toBe(text);
  });

  it('records a primitive once that several layers report', () => {
    const text = textAfter((it) => {
      it.exceptionCaught('bad');
      it.exceptionCaught('bad');
      it.exceptionCaught('worse');
    });
    expect(text.match(/exception string/g)).toHaveLength(2);
  });

  it('keeps the first exceptions of many', () => {
    const { operation, recorder } = begin();
    for (let index = 0; index < 20; index++) operation.exceptionCaught(new Error(`${index}`));
    operation.finish();
    expect(recorder.takeSpan().events).toHaveLength(8);
  });

  it('is the entry of its context', () => {
    const { operation, recorder } = begin();
    expect(operation.context.span).toBe(operation.span);
    contextStorage.run(operation.context, () => {
      contextStorage.active().entry?.exceptionCaught(new Error('another'));
    });
    operation.finish();
    expect(recorder.takeSpan().events).toHaveLength(1);
  });

  it('keeps nothing of a call that is not sampled', () => {
    const { operation, open, recorder } = begin(new AlwaysOffSampler());
    operation.exceptionCaught(error);
    operation.statusSent({ code: 0 });
    operation.closed(false);
    operation.finish();
    expect(open.size).toBe(0);
    expect(recorder.spans).toEqual([]);
  });
});
