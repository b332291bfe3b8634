import { describe, expect, it } from '@jest/globals';
import { BadRequestException, HttpException, InternalServerErrorException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { WsException } from '@nestjs/websockets';
import { recordStageFailure } from '../../../lib/lifecycle/stage-failure.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

class OwnWsException extends WsException {}

const trap = Object.defineProperty({}, 'getStatus', {
  get() {
    throw new Error('a getter that throws');
  },
});

/** As body parsers and plugins throw them. */
function httpError(statusCode: number, members: object): Error {
  return Object.assign(new Error('no'), { statusCode, ...members });
}

describe('recordStageFailure', () => {
  const createTracing = tracingsOfTest();

  it.each([
    ['a client error', new BadRequestException('no'), false],
    ['a redirection', new HttpException('elsewhere', 302), false],
    ['a server error', new InternalServerErrorException('down'), true],
    ['an error', new TypeError('oops'), true],
    ['an exception for a WebSocket', new WsException('no'), false],
    ['a subclass of it', new OwnWsException('no'), false],
    ['an exception for a message', new RpcException('no'), true],
    ['NOT_FOUND of gRPC', new RpcException({ code: 5, message: 'no' }), false],
    ['INTERNAL of gRPC', new RpcException({ code: 13, message: 'no' }), true],
    ['OK of gRPC', new RpcException({ code: 0, message: 'no' }), true],
    ['an unknown code', new RpcException({ code: 409, message: 'no' }), true],
    ['a text', 'no', true],
    ['a client error of http-errors', httpError(413, { expose: true }), false],
    ['a server error of http-errors', httpError(503, { expose: false }), true],
    ['a client error of Fastify', httpError(400, { code: 'FST_ERR_VALIDATION' }), false],
    ['an error with a status code, which Nest answers with 500', httpError(404, {}), true],
    ['null', null, true],
    ['undefined', undefined, true],
    ['an object whose getters throw', trap, true],
    ['a status that is no number', { getStatus: () => 'x' }, true],
  ])('judges %s', (_, exception, isError) => {
    const { tracer, recorder } = createTracing();
    const span = tracer.startSpan('guard');
    recordStageFailure(span, exception);
    span.end();
    const text = traceAsText([recorder.takeSpan()], { attributes: ['error.type'] });
    expect(text.includes(' ERROR')).toBe(isError);
    expect(text.includes('error.type')).toBe(isError);
    expect(text).toContain('exception ');
  });
});
