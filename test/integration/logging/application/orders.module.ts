import {
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Injectable,
  Logger,
  Module,
  Param,
  type Provider,
} from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { Cron, ScheduleModule } from '@nestjs/schedule';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { delay, type Observable, of, tap } from 'rxjs';
import {
  Traced,
  TracingModule,
  type TracingOptions,
  tracedProcessor,
} from '../../../../lib/index.js';

@Injectable()
export class OrdersService {
  readonly #logger = new Logger('OrdersService');

  @Traced()
  async find(id: string): Promise<string> {
    await new Promise(setImmediate);
    this.#logger.log(`found ${id}`);
    return id;
  }

  @Cron('0 0 1 1 *', { name: 'yearly' })
  async report(): Promise<void> {
    await new Promise(setImmediate);
    this.#logger.log('reported');
  }

  /** A processor of a job queue, as a worker calls it. */
  readonly process = tracedProcessor(async (job: { readonly id: string }) => {
    await new Promise(setImmediate);
    this.#logger.log(`processed ${job.id}`);
  });
}

@Controller()
export class OrdersController {
  readonly #logger = new Logger('OrdersController');

  constructor(@Inject(OrdersService) private readonly orders: OrdersService) {}

  @Get('orders/:id')
  async get(@Param('id') id: string): Promise<string> {
    this.#logger.log(`get ${id}`);
    return this.orders.find(id);
  }

  @Get('observed')
  observe(): Observable<string> {
    return of('seen').pipe(
      delay(1),
      tap((text) => this.#logger.warn(text)),
    );
  }

  @Get('fails')
  fail(): never {
    throw new RangeError('out of stock');
  }

  @Get('never')
  async never(): Promise<never> {
    this.#logger.log('waits');
    return new Promise(() => {});
  }

  @MessagePattern('orders.find')
  async onFind(id: string): Promise<string> {
    await new Promise(setImmediate);
    this.#logger.log(`asked for ${id}`);
    return id;
  }

  @EventPattern('orders.placed')
  async onPlaced(id: string): Promise<void> {
    await new Promise(setImmediate);
    this.#logger.log(`placed ${id}`);
  }
}

@WebSocketGateway({ path: '/chat' })
export class OrdersGateway {
  readonly #logger = new Logger('OrdersGateway');

  @SubscribeMessage('watch')
  async watch(_client: unknown, id: string): Promise<string> {
    await new Promise(setImmediate);
    this.#logger.log(`watched ${id}`);
    return id;
  }
}

@Module({})
class OrdersModule {}

/**
 * The application under test, with the modules of a log library.
 *
 * @param hasGateway whether it has the gateway, which needs an adapter for WebSockets
 */
export function ordersModule(
  tracing: TracingOptions,
  imports: DynamicModule[],
  providers: Provider[] = [],
  hasGateway = true,
): DynamicModule {
  return {
    module: OrdersModule,
    imports: [...imports, ScheduleModule.forRoot(), TracingModule.forRoot(tracing)],
    controllers: [OrdersController],
    providers: [OrdersService, ...(hasGateway ? [OrdersGateway] : []), ...providers],
  };
}
