import { ClientRequest } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { hookRequestHeads } from '../../../../lib/http/client/request-head-hook.js';

const prototype = ClientRequest.prototype as unknown as Record<string, unknown>;

function storedHead(headers: Record<string, string> | string[]): string {
  const request = new ClientRequest({ host: '127.0.0.1', port: 1, headers: headers as never });
  request.on('error', () => {});
  request.flushHeaders();
  request.destroy();
  return (request as unknown as { _header: string })._header;
}

describe('hookRequestHeads', () => {
  const undo: (() => void)[] = [];
  afterEach(() => {
    for (const end of undo.splice(0)) end();
  });

  it('sees the headers before they are rendered, and can replace them', () => {
    const seen: unknown[] = [];
    undo.push(
      hookRequestHeads((request, headers) => {
        seen.push(request instanceof ClientRequest, Array.isArray(headers));
        return ['x-b', '2'];
      }),
    );
    expect(storedHead({ 'x-a': '1' })).toMatch(/^GET \/ HTTP\/1.1\r\nx-b: 2\r\n/);
    expect(storedHead(['x-a', '1'])).toMatch(/^GET \/ HTTP\/1.1\r\nx-b: 2\r\n/);
    expect(seen).toEqual([true, false, true, true]);
  });

  // Another spec of this process may have left an application open, with a hook of its own.
  const before = Object.getOwnPropertyDescriptor(prototype, '_storeHeader');
  const expectAsBefore = (): void =>
    expect(Object.getOwnPropertyDescriptor(prototype, '_storeHeader')).toEqual(before);

  it('leaves nothing behind', () => {
    const end = hookRequestHeads((_, headers) => headers);
    expect(Object.hasOwn(prototype, '_storeHeader')).toBe(true);
    end();
    expectAsBefore();
  });

  it('gives back the wrapper of a tool that was there before', () => {
    const original = prototype._storeHeader as (...args: unknown[]) => unknown;
    const others = function (this: unknown, ...args: unknown[]): unknown {
      return original.apply(this, args);
    };
    prototype._storeHeader = others;
    hookRequestHeads((_, headers) => headers)();
    expect(prototype._storeHeader).toBe(others);
    if (before === undefined) Reflect.deleteProperty(prototype, '_storeHeader');
    else Object.defineProperty(prototype, '_storeHeader', before);
  });

  it('stays below the wrapper of a tool that came later, passes through, and is used again', () => {
    const calls: string[] = [];
    const listen = (name: string) =>
      hookRequestHeads((_, headers) => {
        calls.push(name);
        return headers;
      });
    const end = listen('first');
    const ours = prototype._storeHeader as (...args: unknown[]) => unknown;
    const later = function (this: unknown, ...args: unknown[]): unknown {
      calls.push('later');
      return ours.apply(this, args);
    };
    prototype._storeHeader = later;
    end();
    expect(prototype._storeHeader).toBe(later);
    storedHead({ 'x-a': '1' });
    expect(calls).toEqual(['later']);
    const endAgain = listen('again');
    expect(prototype._storeHeader).toBe(later);
    storedHead({ 'x-a': '1' });
    expect(calls).toEqual(['later', 'later', 'again']);
    prototype._storeHeader = ours;
    endAgain();
    expectAsBefore();
  });
});
