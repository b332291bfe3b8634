import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Injectable,
  type PipeTransform,
  UseGuards,
  UsePipes,
} from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall, GrpcStreamMethod, RpcException } from '@nestjs/microservices';
import { Tracer } from 'nestjs-traced';
import { concatMap, from, last, map, NEVER, type Observable, of, throwError } from 'rxjs';

export interface Order {
  readonly id: string;
  readonly code?: number;
}

@Injectable()
export class TracingGuard implements CanActivate {
  constructor(private readonly tracer: Tracer) {}

  canActivate(context: ExecutionContext): boolean {
    return this.tracer.trace('guard', () => context.getHandler().name !== 'refused');
  }
}

@Injectable()
export class FailingPipe implements PipeTransform {
  constructor(private readonly tracer: Tracer) {}

  transform(value: unknown): unknown {
    // Nest hands metadata and call to the same pipes.
    if (typeof (value as Partial<Order>).id !== 'string') return value;
    return this.tracer.trace('pipe', () => {
      if ((value as Order).id === 'bad') throw new RpcException({ code: 3, message: 'bad order' });
      return value;
    });
  }
}

/** What a call's stream of `@grpc/grpc-js` can do, as far as it is used here. */
interface PassedCall {
  on(event: string, listener: (order: Order) => void): void;
  write(order: Order): void;
  end(): void;
}

/** All four kinds of call; the order says what becomes of it. */
@Controller()
export class OrdersController {
  /** Calls that are to wait do so until this is set. */
  readonly waiting: Order[] = [];

  constructor(private readonly tracer: Tracer) {}

  @GrpcMethod('Orders', 'Find')
  async find(order: Order): Promise<Order> {
    await this.tracer.trace('load', () => Promise.resolve());
    if (order.id === 'wait') {
      this.waiting.push(order);
      return new Promise(() => {});
    }
    if (order.id === 'broken') throw new Error('the shelf broke');
    if (order.code) throw new RpcException({ code: order.code, message: `code ${order.code}` });
    return order;
  }

  @GrpcStreamMethod('Orders', 'Collect')
  collect(orders: Observable<Order>): Observable<Order> {
    return orders.pipe(
      map((order) => this.tracer.trace(`take ${order.id}`, () => order)),
      last(),
      map(({ id }) => ({ id: `to ${id}` })),
    );
  }

  @GrpcMethod('Orders', 'List')
  list(order: Order): Observable<Order> {
    if (order.id === 'wait') {
      this.waiting.push(order);
      return from([of({ id: 'first' }), NEVER]).pipe(concatMap((part) => part));
    }
    const error = new RpcException({ code: 5, message: 'no more' });
    const end = order.id === 'short' ? throwError(() => error) : of({ id: 'last' });
    return from([of({ id: 'first' }), end]).pipe(
      concatMap((part) => part),
      map((found) => this.tracer.trace(`give ${found.id}`, () => found)),
    );
  }

  @GrpcStreamMethod('Orders', 'Chat')
  chat(orders: Observable<Order>): Observable<Order> {
    return orders.pipe(
      map(({ id }) => this.tracer.trace(`answer ${id}`, () => ({ id: `re ${id}` }))),
    );
  }

  @GrpcStreamCall('Orders', 'Pass')
  pass(call: PassedCall): void {
    call.on('data', (order) => {
      this.tracer.trace(`pass ${order.id}`, () => call.write(order));
    });
    call.on('end', () => call.end());
  }

  @UseGuards(TracingGuard)
  @GrpcMethod('Orders', 'Refused')
  refused(order: Order): Order {
    return order;
  }

  @UseGuards(TracingGuard)
  @UsePipes(FailingPipe)
  @GrpcMethod('Orders', 'Checked')
  checked(order: Order): Order {
    return order;
  }

  @GrpcMethod('Health', 'Check')
  check(order: Order): Order {
    return this.tracer.trace('check', () => order);
  }
}
