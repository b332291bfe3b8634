import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type DynamicModule,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  Module,
  type NestInterceptor,
  type PipeTransform,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Args, ID, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { GrpcMethod, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
} from '@nestjs/websockets';
import { map, type Observable, throwError } from 'rxjs';
import { Order } from '../../graphql/application/orders-resolver.js';
import { RequestGuard, Work } from './enhancers.js';

@Injectable()
class AnyGuard implements CanActivate {
  constructor(private readonly work: Work) {}

  async canActivate(): Promise<boolean> {
    await this.work.load('load user');
    return true;
  }
}

@Injectable()
class AnyInterceptor implements NestInterceptor {
  constructor(private readonly work: Work) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((value) => {
        this.work.mark('after');
        return value;
      }),
    );
  }
}

@Injectable()
class AnyPipe implements PipeTransform {
  transform(value: unknown): unknown {
    return value;
  }
}

@Catch(RpcException)
class RpcFilter implements ExceptionFilter {
  catch(exception: RpcException): Observable<never> {
    return throwError(() => exception.getError());
  }
}

@Catch(WsException)
class WsFilter implements ExceptionFilter {
  catch(exception: WsException, host: ArgumentsHost): void {
    host
      .switchToWs()
      .getClient()
      .send(JSON.stringify({ event: 'refused', data: exception.message }));
  }
}

@Catch(RangeError)
class GraphqlFilter implements ExceptionFilter {
  catch(): Order {
    return { id: 'filtered' };
  }
}

@Controller()
@UseGuards(AnyGuard)
@UseInterceptors(AnyInterceptor)
@UseFilters(new RpcFilter())
export class StockController {
  constructor(private readonly work: Work) {}

  @MessagePattern('stock.find')
  async find(@Payload(AnyPipe) sku: string): Promise<string> {
    await this.work.load('find');
    return sku;
  }

  @MessagePattern('stock.broken')
  broken(): never {
    throw new RpcException('out of stock');
  }
}

@Controller({ scope: Scope.REQUEST })
@UseGuards(RequestGuard)
export class ScopedStockController {
  @MessagePattern('stock.scoped')
  find(@Payload() sku: string): string {
    return sku;
  }
}

/** Calls of gRPC, for `shop.proto`. */
@Controller()
@UseGuards(AnyGuard)
@UseInterceptors(AnyInterceptor)
@UseFilters(new RpcFilter())
export class CallController {
  constructor(private readonly work: Work) {}

  @GrpcMethod('Orders', 'Find')
  async find(@Payload(AnyPipe) order: Order): Promise<Order> {
    await this.work.load('find');
    if (order.id === 'none') throw new RpcException({ code: 5, message: 'no such order' });
    return order;
  }
}

@Controller({ scope: Scope.REQUEST })
@UseGuards(RequestGuard)
export class ScopedCallController {
  @GrpcMethod('Health', 'Check')
  check(order: Order): Order {
    return order;
  }
}

@WebSocketGateway()
@UseGuards(AnyGuard)
@UseInterceptors(AnyInterceptor)
@UseFilters(WsFilter)
export class TalkGateway {
  constructor(private readonly work: Work) {}

  @SubscribeMessage('say')
  async say(@MessageBody(new AnyPipe()) text: string, @ConnectedSocket() _client: object) {
    await this.work.load('say');
    return { event: 'said', data: text };
  }

  @SubscribeMessage('refuse')
  refuse(): never {
    throw new WsException('not now');
  }
}

@WebSocketGateway()
@Injectable({ scope: Scope.REQUEST })
@UseGuards(RequestGuard)
export class ScopedTalkGateway {
  @SubscribeMessage('scoped')
  scoped(@MessageBody() text: string) {
    return { event: 'said', data: text };
  }
}

@Resolver(() => Order)
@UseGuards(AnyGuard)
@UseInterceptors(AnyInterceptor)
@UseFilters(GraphqlFilter)
export class TalkResolver {
  constructor(private readonly work: Work) {}

  @Query(() => Order)
  async order(@Args('id', { type: () => ID }, AnyPipe) id: string): Promise<Order> {
    await this.work.load('select');
    return { id };
  }

  @Query(() => Order)
  broken(): Order {
    throw new RangeError('broken');
  }

  /** A field of an object has no span. */
  @ResolveField(() => [Order])
  related(): Order[] {
    return [{ id: '2' }];
  }
}

@Resolver(() => Order)
@Injectable({ scope: Scope.REQUEST })
@UseGuards(RequestGuard)
export class ScopedTalkResolver {
  @Query(() => Order)
  scoped(): Order {
    return { id: 'scoped' };
  }
}

/** A global guard of each context. */
@Injectable()
class EveryGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

/** Controllers of messages, gateways and resolvers, with enhancers at all levels. */
@Module({})
export class HybridModule {
  static with(
    imports: DynamicModule[],
    others: 'messages only' | 'everything' | 'everything and gRPC' | 'gRPC only',
  ): DynamicModule {
    const hasSockets = others === 'everything' || others === 'everything and gRPC';
    return {
      module: HybridModule,
      imports,
      controllers: [
        ...(others === 'gRPC only' ? [] : [StockController, ScopedStockController]),
        ...(others.endsWith('gRPC') || others === 'gRPC only'
          ? [CallController, ScopedCallController]
          : []),
      ],
      providers: [
        Work,
        { provide: APP_GUARD, useClass: EveryGuard },
        ...(hasSockets ? [TalkGateway, ScopedTalkGateway, TalkResolver, ScopedTalkResolver] : []),
      ],
    };
  }
}
