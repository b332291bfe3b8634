import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Sse } from '@nestjs/common';
import { Mutation, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { EventPattern, GrpcMethod, MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage } from '@nestjs/websockets';
import { handlerKeysOf } from '../../../lib/nest/request-handlers.js';

@Controller()
class Base {
  @Get('inherited')
  inherited(): void {}
}

class Everything extends Base {
  @Get() route(): void {}
  @Sse('events') events(): void {}
  @MessagePattern('a') message(): void {}
  @EventPattern('b') event(_data: unknown): void {}
  @GrpcMethod('Orders') grpc(_message: unknown): void {}
  @SubscribeMessage('c') subscription(): void {}
  other(): void {}
}

@Resolver()
class Resolving {
  @Query(() => String) query(): void {}
  @Mutation(() => String) mutation(): void {}
  @Subscription(() => String) subscribed(): void {}
  @ResolveField(() => String) field(): void {}
}

describe('handlerKeysOf', () => {
  it('returns the methods that handle requests and messages, also inherited ones', () => {
    expect(handlerKeysOf(Everything.prototype)).toEqual([
      'route',
      'events',
      'message',
      'event',
      'grpc',
      'subscription',
      'inherited',
    ]);
  });

  it('returns the methods that start GraphQL operations', () => {
    expect(handlerKeysOf(Resolving.prototype)).toEqual(['query', 'mutation', 'subscribed']);
    expect(handlerKeysOf(null)).toEqual([]);
  });
});
