import { describe, expect, it } from '@jest/globals';
import { registeredMessageOf } from '../../../../lib/context/index.js';
import { describeRedisFailure, maskFailure } from '../../../../lib/database/redis/redis-failure.js';

/** As ioredis names its errors. */
function replyError(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

class ErrorReply extends Error {}
class SimpleError extends ErrorReply {}

describe('describeRedisFailure', () => {
  it.each<[string, unknown, boolean, string, string | undefined, string]>([
    [
      'a message of the server',
      replyError('WRONGTYPE Operation against a key'),
      false,
      'WRONGTYPE',
      'WRONGTYPE',
      'WRONGTYPE Operation against a key',
    ],
    [
      'an error of node-redis',
      new SimpleError('EXECABORT Transaction discarded'),
      false,
      'EXECABORT',
      'EXECABORT',
      'EXECABORT Transaction discarded',
    ],
    [
      'a message that repeats arguments',
      replyError("ERR unknown command 'x', with args beginning with: 'secret' "),
      false,
      'ERR',
      'ERR',
      'ERR unknown command ? ',
    ],
    [
      'a message with a user',
      replyError('NOPERM User secret has no permissions'),
      false,
      'NOPERM',
      'NOPERM',
      'NOPERM',
    ],
    ['an error of a script', replyError('ERR secret'), true, 'ERR', 'ERR', 'ERR'],
    ['a code of a script', replyError('SECRET it'), true, '_OTHER', undefined, ''],
    ['the code of a module', replyError('MODULE secret'), false, 'MODULE', 'MODULE', 'MODULE'],
    ['a message without a code', replyError('secret'), false, 'ReplyError', undefined, ''],
    [
      'a refused connection',
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
      false,
      'ECONNREFUSED',
      undefined,
      'connect ECONNREFUSED 127.0.0.1:1',
    ],
    [
      'an error of the client',
      new (class ClientClosedError extends Error {})('The client is closed'),
      false,
      'ClientClosedError',
      undefined,
      'The client is closed',
    ],
    ['a text', 'secret', false, 'string', undefined, ''],
    ['nothing', undefined, false, 'undefined', undefined, ''],
  ])('describes %s', (_, error, isScript, type, status, message) => {
    const failure = describeRedisFailure(error, isScript);
    expect([failure.code ?? failure.name, failure.sqlState, failure.message]).toEqual([
      type,
      status,
      message,
    ]);
  });

  it('does not throw for an error that throws when it is read', () => {
    const hostile = {
      get message(): string {
        throw new Error('not readable');
      },
    };
    expect(describeRedisFailure(hostile, false).name).toBe('unknown');
    expect(() => maskFailure(hostile, describeRedisFailure(hostile, false))).not.toThrow();
  });
});

describe('maskFailure', () => {
  it('registers the message that spans show, if it differs', () => {
    const error = replyError('ERR secret');
    maskFailure(error, describeRedisFailure(error, true));
    expect(registeredMessageOf(error)).toBe('ERR');
    const plain = replyError('WRONGTYPE Operation');
    maskFailure(plain, describeRedisFailure(plain, false));
    expect(registeredMessageOf(plain)).toBeUndefined();
  });
});
