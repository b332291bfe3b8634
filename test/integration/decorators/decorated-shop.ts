import { CACHE_MANAGER, CacheInterceptor, CacheKey, CacheTTL } from '@nestjs/cache-manager';
import {
  Controller,
  Get,
  Header,
  HttpCode,
  type INestApplication,
  Injectable,
  Param,
  ParseIntPipe,
  Query,
  Scope,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import {
  CommandHandler,
  EventsHandler,
  type ICommand,
  type IEventHandler,
  type IQueryHandler,
  QueryHandler,
  Saga,
} from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { Cache } from 'cache-manager';
import { filter, map, type Observable } from 'rxjs';
import { Traced } from '../../../lib/decorators/index.js';
import { loadThrottler } from '../../support/throttler.js';

/** `@nestjs/throttler`. */
export const throttler = loadThrottler();
const { SkipThrottle, Throttle, ThrottlerGuard } = throttler;

/** Where `@Traced()` stands among the decorators of other packages. */
export type Placement = 'nowhere' | 'class above' | 'class below' | 'method above' | 'method below';

export class FindOrder {}
export class OrderPlaced {}
export class PackOrder {}

export type DecoratedShop = ReturnType<typeof shop>;

/** Declares an application with decorators of many packages, and `@Traced()` at one place among them. */
export function shop(placement: Placement, scope: 'singleton' | 'request') {
  const at = (place: Placement): MethodDecorator & ClassDecorator =>
    place === placement ? Traced() : () => {};
  const ClassAbove = at('class above');
  const ClassBelow = at('class below');
  const Above = at('method above');
  const Below = at('method below');
  const nestScope = scope === 'request' ? Scope.REQUEST : Scope.DEFAULT;
  let calls = 0;

  class Order {
    @ApiProperty({ description: 'its number' })
    readonly id: string = '';
  }

  @ClassAbove
  @Injectable({ scope: nestScope })
  @ClassBelow
  class Basket {
    @Above
    @Below
    size(): number {
      return 2;
    }
  }

  class BaseController {
    @(placement === 'nowhere' ? () => {} : Traced('special'))
    @Get('base/special')
    special(): string {
      return 'special';
    }

    @Above
    @Get('base/:id')
    @ApiOperation({ summary: 'Inherited' })
    @Below
    inherited(@Param('id') id: string): string {
      return `base ${id}`;
    }
  }

  @ClassAbove
  @Controller({ path: 'orders', scope: nestScope })
  @ApiTags('orders')
  @ApiBearerAuth()
  @ApiHeader({ name: 'x-shop' })
  @UseGuards(ThrottlerGuard)
  @ClassBelow
  class OrdersController extends BaseController {
    constructor(readonly basket: Basket) {
      super();
    }

    @Above
    @Get(':id')
    @HttpCode(200)
    @Header('x-kind', 'order')
    @ApiOperation({ summary: 'Finds an order' })
    @ApiQuery({ name: 'amount', type: Number })
    @ApiOkResponse({ type: Order })
    @Below
    find(@Param('id') id: string, @Query('amount', ParseIntPipe) amount: number): string {
      return `${id} ${amount} ${this.basket.size()}`;
    }

    @Above
    @Get('cached/all')
    @UseInterceptors(CacheInterceptor)
    @CacheKey('all-orders')
    @CacheTTL(60_000)
    @Below
    async all(): Promise<string> {
      calls++;
      return `all ${calls}`;
    }

    @Above
    @Get('limited/few')
    @Throttle({ default: { limit: 1, ttl: 60_000 } })
    @Below
    few(): string {
      return 'few';
    }

    @Above
    @Get('limited/many')
    @Throttle({ default: { limit: 1, ttl: 60_000 } })
    @SkipThrottle()
    @Below
    many(): string {
      return 'many';
    }
  }

  @ClassAbove
  @QueryHandler(FindOrder, { scope: nestScope })
  @ClassBelow
  class FindOrderHandler implements IQueryHandler<FindOrder> {
    constructor(readonly basket: Basket) {}

    @Above
    @Below
    async execute(_query: FindOrder): Promise<string> {
      return `found ${this.basket.size()}`;
    }
  }

  @ClassAbove
  @EventsHandler(OrderPlaced)
  @ClassBelow
  class OrderPlacedHandler implements IEventHandler<OrderPlaced> {
    @Above
    @Below
    handle(_event: OrderPlaced): void {}
  }

  @ClassAbove
  @CommandHandler(PackOrder)
  @ClassBelow
  class PackOrderHandler {
    @Above
    @Below
    async execute(_command: PackOrder): Promise<void> {}
  }

  @ClassAbove
  @Injectable()
  @ClassBelow
  class OrderSagas {
    @Above
    @Saga()
    @Below
    placed(events: Observable<object>): Observable<ICommand> {
      return events.pipe(
        filter((event) => event instanceof OrderPlaced),
        map(() => new PackOrder()),
      );
    }
  }

  const cacheOf = (app: INestApplication): Cache => app.get(CACHE_MANAGER, { strict: false });
  return {
    Basket,
    BaseController,
    OrdersController,
    FindOrderHandler,
    OrderPlacedHandler,
    PackOrderHandler,
    OrderSagas,
    cacheOf,
  };
}
