import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ForbiddenException, NotFoundException } from '@nestjs/common';
import { isUnknownRoute } from '../../../../lib/http/server/is-unknown-route.js';

const request = { method: 'GET', url: '/a?b=1' } as IncomingMessage;

describe('isUnknownRoute', () => {
  it('is true for what Nest throws where no route is', () => {
    expect(isUnknownRoute(new NotFoundException('Cannot GET /a?b=1'), request)).toBe(true);
  });

  it('goes by the URL as it came, whatever a mount has made of it', () => {
    const mounted = { method: 'GET', url: '/', originalUrl: '/a' } as unknown as IncomingMessage;
    expect(isUnknownRoute(new NotFoundException('Cannot GET /a'), mounted)).toBe(true);
  });

  it.each([
    ['another message', new NotFoundException('no such order')],
    ['another status', new ForbiddenException('Cannot GET /a?b=1')],
    ['no exception of Nest', new Error('Cannot GET /a?b=1')],
    ['null', null],
    ['undefined', undefined],
    ['a string', 'Cannot GET /a?b=1'],
    [
      'something that cannot be asked',
      {
        getStatus() {
          throw new Error('broken');
        },
      },
    ],
  ])('is false for %s', (_, exception) => {
    expect(isUnknownRoute(exception, request)).toBe(false);
  });
});
