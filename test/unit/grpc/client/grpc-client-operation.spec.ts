import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { CapturedFields } from '../../../../lib/carriers/index.js';
import { TracingContext } from '../../../../lib/context/index.js';
import { parsePeer } from '../../../../lib/grpc/client/channel-target.js';
import { GrpcClientOperation } from '../../../../lib/grpc/client/grpc-client-operation.js';
import { GrpcErrorRule } from '../../../../lib/grpc/grpc-error-rule.js';
import { valuesInMetadata } from '../../../../lib/grpc/grpc-metadata.js';
import { isClientError } from '../../../../lib/grpc/grpc-status.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function begin(sampler?: AlwaysOffSampler) {
  const tracing = createTracing({ sampler });
  const span = tracing.tracer.startSpan('call');
  const settings = {
    responseMetadata: CapturedFields.of('x', 'rpc.response.metadata.', valuesInMetadata, [
      'x-cost',
    ]),
    hasMessageEvents: true,
    errorRule: new GrpcErrorRule('isError', isClientError, undefined, tracing.tracer.diagnostics),
    peerOf: parsePeer,
    open: new Map(),
  };
  const context = TracingContext.ROOT.withSpan(span);
  const operation = new GrpcClientOperation(settings, 'a.B/C', span, context, new Metadata());
  return { ...tracing, operation, settings };
}

describe('GrpcClientOperation', () => {
  it.each<[unknown, string | undefined, string]>([
    [
      { code: 0 },
      '10.0.0.7:1',
      'network.peer.address=10.0.0.7 network.peer.port=1 rpc.status_code=OK',
    ],
    [{ code: 0 }, '[::1]:2', 'network.peer.address=::1 network.peer.port=2 rpc.status_code=OK'],
    [
      { code: 5, details: 'gone' },
      'dns:orders:1',
      'error.type=NOT_FOUND rpc.status_code=NOT_FOUND ERROR "gone"',
    ],
    [{ code: 1 }, 'orders:1', 'error.type=CANCELLED rpc.status_code=CANCELLED ERROR'],
    [{ code: 99 }, undefined, 'error.type="99" rpc.status_code="99" ERROR'],
  ])('ends with %j from %s', (status, peer, text) => {
    const { operation, recorder, warnings } = begin();
    operation.finish(status as { code: number }, peer);
    operation.finish({ code: 0 }, peer);
    expect(traceAsText(recorder.takeSpans())).toBe(`call ${text}`);
    expect(warnings).toEqual([]);
  });

  it('is open until it is finished', () => {
    const { operation, recorder, settings } = begin();
    expect([...settings.open.values()]).toEqual([operation]);
    operation.finish({ code: 0 }, undefined);
    expect(settings.open.size).toBe(0);
    recorder.takeSpan();
  });

  it('shows the metadata of the end', () => {
    const { operation, recorder } = begin();
    const metadata = new Metadata();
    metadata.set('x-cost', '3');
    operation.finish({ code: 0, metadata }, undefined);
    expect(recorder.takeSpan().attributes['rpc.response.metadata.x-cost']).toEqual(['3']);
  });

  it('keeps nothing of a call that is not sampled', () => {
    const { operation, recorder, settings } = begin(new AlwaysOffSampler());
    expect(operation.messages).toBeUndefined();
    expect(settings.open.size).toBe(0);
    operation.finish({ code: 13 }, undefined);
    expect(recorder.spans).toEqual([]);
  });
});
