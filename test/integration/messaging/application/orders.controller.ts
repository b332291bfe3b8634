import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Injectable,
  type PipeTransform,
  type Type,
  UseGuards,
  UsePipes,
} from '@nestjs/common';
import {
  BaseRpcContext,
  Ctx,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
} from '@nestjs/microservices';
import { getBaggage, Traced } from 'nestjs-traced';
import { concat, Observable, of, type Subscriber, throwError } from 'rxjs';

/** What the handlers of one application have seen, for tests that cannot read it from an answer. */
export class Handled {
  readonly contexts: BaseRpcContext[] = [];
  readonly events: unknown[] = [];
  /** The first of them fails. */
  spoiledCount = 0;
  /** Of the requests that are not answered until a test completes them. */
  readonly unanswered: Subscriber<never>[] = [];
}

@Injectable()
export class RefusingGuard implements CanActivate {
  canActivate(_: ExecutionContext): boolean {
    return false;
  }
}

@Injectable()
export class FailingPipe implements PipeTransform {
  transform(): never {
    throw new RpcException('not a number');
  }
}

@Injectable()
export class Stock {
  @Traced()
  async load(value: unknown): Promise<unknown> {
    return value;
  }
}

/**
 * Creates a controller whose patterns begin with a prefix of their own, because the servers of the tests
 * are shared. A dot separates the parts, or a slash for MQTT.
 */
export function createOrdersController(name: (pattern: string) => string): Type {
  @Controller()
  class OrdersController {
    constructor(
      private readonly stock: Stock,
      private readonly handled: Handled,
    ) {}

    @MessagePattern(name('find'))
    find(@Payload() data: unknown, @Ctx() context: BaseRpcContext): Promise<unknown> {
      this.handled.contexts.push(context);
      return this.stock.load(data);
    }

    @MessagePattern(name('count'))
    count(): Observable<number> {
      return of(1, 2, 3);
    }

    @MessagePattern(name('breaks'))
    breaks(): Observable<number> {
      return concat(
        of(1, 2, 3),
        throwError(() => new RpcException('broken after three')),
      );
    }

    @MessagePattern(name('throws'))
    async throws(): Promise<never> {
      throw new TypeError('a defect');
    }

    @MessagePattern(name('refuses'))
    refuses(): never {
      throw new RpcException({ code: 'NO_STOCK', message: 'out of stock' });
    }

    @UseGuards(RefusingGuard)
    @MessagePattern(name('guarded'))
    guarded(): string {
      return 'never';
    }

    @UsePipes(FailingPipe)
    @MessagePattern(name('checked'))
    checked(@Payload() value: unknown): unknown {
      return value;
    }

    @MessagePattern(name('silent'))
    silent(): Observable<never> {
      return new Observable((subscriber) => {
        this.handled.unanswered.push(subscriber);
      });
    }

    @MessagePattern(name('baggage'))
    baggage(): string {
      return getBaggage('tenant') ?? 'none';
    }

    @EventPattern<string>(name('placed'))
    async placed(@Payload() data: unknown, @Ctx() context: BaseRpcContext): Promise<void> {
      this.handled.contexts.push(context);
      this.handled.events.push(await this.stock.load(data));
    }

    @EventPattern<string>(name('spoiled'))
    spoiled(): void {
      this.handled.spoiledCount++;
      if (this.handled.spoiledCount === 1) throw new RangeError('spoiled');
    }

    @EventPattern<string>(name('streamed'))
    streamed(): Observable<number> {
      return of(1, 2);
    }
  }
  return OrdersController;
}
