import { describe, expect, it } from '@jest/globals';
import { BadRequestException, HttpException, InternalServerErrorException } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { RpcException } from '@nestjs/microservices';
import { WsException } from '@nestjs/websockets';
import { httpStatusOf, isClientAnswer, isWebSocketAnswer } from '../../../lib/operation/index.js';

class OwnWsException extends WsException {}
class FastifyError extends Error {}

const trap = Object.defineProperty({}, 'getStatus', {
  get() {
    throw new Error('a getter that throws');
  },
});

/** As body parsers and plugins throw them. */
function httpError(statusCode: number, members: object, error = new Error('no')): Error {
  return Object.assign(error, { statusCode, status: statusCode, ...members });
}

/** Errors that are no `HttpException`, and the status code with which Nest answers them. */
const HTTP_ERRORS: [string, unknown, number][] = [
  ['a client error of http-errors', httpError(413, { expose: true }), 413],
  ['a server error of http-errors', httpError(503, { expose: false }), 503],
  ['an error of http-errors with another status', httpError(404, { expose: true, status: 1 }), 500],
  ['an invalid request of Fastify', httpError(400, { code: 'FST_ERR_VALIDATION' }), 400],
  ['an error of Fastify', httpError(413, { code: 'FST_ERR_X' }, new FastifyError('no')), 413],
  ['an error with the code of Fastify', httpError(413, { code: 'FST_ERR_X' }), 500],
  ['an error with a status code', httpError(404, {}), 500],
  ['an object with a status code', { statusCode: 404, message: 'no' }, 404],
  ['an object without a message', { statusCode: 404 }, 500],
  ['an object with a redirection', { statusCode: 302, message: 'no' }, 500],
  ['an error', new TypeError('oops'), 500],
  ['a text', 'no', 500],
  ['null', null, 500],
  ['undefined', undefined, 500],
];

describe('httpStatusOf', () => {
  it.each<[string, unknown, number]>([
    ['a client error', new BadRequestException('no'), 400],
    ['a redirection', new HttpException('elsewhere', 302), 302],
    ['a server error', new InternalServerErrorException('down'), 500],
    ['an object whose getters throw', trap, 500],
    ['a status that is no number', { getStatus: () => 'x' }, 500],
    ...HTTP_ERRORS,
  ])('returns the status code of %s', (_, exception, expected) => {
    expect(httpStatusOf(exception)).toBe(expected);
  });

  it.each(HTTP_ERRORS)('has the rule of Nest for %s', (_, exception, expected) => {
    const filter = new BaseExceptionFilter();
    const isAnswered = filter.isHttpError(exception);
    expect(isAnswered ? (exception as { statusCode: number }).statusCode : 500).toBe(expected);
  });
});

describe('isClientAnswer', () => {
  it.each<[string, unknown, boolean]>([
    ['a client error', new BadRequestException('no'), true],
    ['a server error', new InternalServerErrorException('down'), false],
    ['an exception for a WebSocket', new WsException('no'), true],
    ['a subclass of it', new OwnWsException('no'), true],
    ['an exception for a message', new RpcException('no'), false],
    ['NOT_FOUND of gRPC', new RpcException({ code: 5, message: 'no' }), true],
    ['INTERNAL of gRPC', new RpcException({ code: 13, message: 'no' }), false],
    ['OK of gRPC', new RpcException({ code: 0, message: 'no' }), false],
    ['an unknown code', new RpcException({ code: 409, message: 'no' }), false],
    ['an exception without an error', { getError: () => undefined }, false],
    ['an object whose getters throw', trap, false],
    ['an object without a prototype', Object.create(null), false],
    ['a text', 'no', false],
    ['null', null, false],
  ])('judges %s', (_, exception, expected) => {
    expect(isClientAnswer(exception)).toBe(expected);
  });
});

describe('isWebSocketAnswer', () => {
  it.each<[unknown, boolean]>([
    [new OwnWsException('no'), true],
    [new RpcException('no'), false],
    [new BadRequestException('no'), false],
    [undefined, false],
  ])('judges %p', (exception, expected) => {
    expect(isWebSocketAnswer(exception)).toBe(expected);
  });
});
