import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { GrpcServerHandler } from '../../../../lib/grpc/server/grpc-server-handler.js';
import type { GrpcServerOperation } from '../../../../lib/grpc/server/grpc-server-operation.js';
import { tracePassedCall } from '../../../../lib/grpc/server/trace-passed-call.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { incomingCall } from './incoming-call.js';

const createTracing = tracingsOfTest();

function setUp(callback?: (...answer: unknown[]) => unknown) {
  const { tracer, recorder } = createTracing();
  const operation = new GrpcServerHandler(tracer).begin(incomingCall()) as GrpcServerOperation;
  const call = new EventEmitter();
  const args = callback === undefined ? [call] : [call, callback];
  tracePassedCall(operation, call, args);
  const trace = (): string => {
    call.emit('cancelled');
    return traceAsText(recorder.takeSpans(), { attributes: ['rpc.status_code'] });
  };
  return { call, args, recorder, trace };
}

describe('tracePassedCall', () => {
  it('ends with the call, not with the handler', () => {
    const { call, recorder, trace } = setUp();
    call.emit('finish');
    expect(recorder.openSpans).toHaveLength(1);
    expect(trace()).toBe('shop.Orders/Find [server] rpc.status_code=OK');
  });

  it('is cancelled where the handler has not answered', () => {
    expect(setUp().trace()).toBe('shop.Orders/Find [server] rpc.status_code=CANCELLED');
  });

  it.each<[unknown, string]>([
    [
      Object.assign(new Error('13 INTERNAL: gone'), { code: 13, details: 'gone' }),
      'INTERNAL ERROR "gone" exception Error "13 INTERNAL: gone"',
    ],
    [Object.assign(new Error('no'), { code: 'ENOENT' }), 'UNKNOWN ERROR "no" exception Error'],
    [{ code: 5 }, 'NOT_FOUND exception'],
  ])('has the status of an error: %p', (error, text) => {
    const { call, trace } = setUp();
    call.emit('error', error);
    expect(trace()).toContain(`rpc.status_code=${text}`);
  });

  it('has the status that the callback is given, which is called as it was', () => {
    const answers: unknown[][] = [];
    const answer = (...given: unknown[]): number => answers.push(given);
    const answered = setUp(answer);
    expect((answered.args[1] as typeof answer)(null, 'order', 'trailer')).toBe(1);
    expect(answered.trace()).toBe('shop.Orders/Find [server] rpc.status_code=OK');
    const refused = setUp(answer);
    const error = { code: 7, details: 'not you' };
    (refused.args[1] as typeof answer)(error);
    expect(refused.trace()).toContain('rpc.status_code=PERMISSION_DENIED');
    expect(answers).toEqual([[null, 'order', 'trailer'], [error]]);
  });
});
