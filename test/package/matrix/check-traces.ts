import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import {
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SpanAttribute, Traced, TracingModule, tracedQueryable } from 'nestjs-traced';
import { dedent, SpanRecorder, traceAsText } from 'nestjs-traced/testing';

const EXPECTED = dedent`
  GET [client] http.response.status_code=200
    GET /orders/:id [server] http.response.status_code=200
      OrdersService.find order.id="42"
        GET [client] http.response.status_code=200
          GET /prices/:id [server] http.response.status_code=200
        SELECT stock [client] db.system.name=postgresql
`;

/** A client as those of databases are. */
class StockClient {
  async query(_text: string, [id]: unknown[]): Promise<{ rows: { id: unknown; count: number }[] }> {
    return { rows: [{ id, count: 7 }] };
  }
}

let url = '';

@Injectable()
class OrdersService {
  private readonly stock = tracedQueryable(new StockClient(), { system: 'postgresql' });

  @Traced()
  async find(@SpanAttribute('order.id') id: string): Promise<object> {
    const price = await (await fetch(`${url}/prices/${id}`)).text();
    const { rows } = await this.stock.query('SELECT count FROM stock WHERE id = $1', [id]);
    return { id, price, count: rows[0]?.count };
  }
}

@Controller()
class OrdersController {
  constructor(@Inject(OrdersService) private readonly orders: OrdersService) {}

  @Get('orders/:id')
  order(@Param('id') id: string): Promise<object> {
    return this.orders.find(id);
  }

  @Get('prices/:id')
  price(): string {
    return '12';
  }
}

@Module({ controllers: [OrdersController], providers: [OrdersService] })
class OrdersModule {}

@Module({})
class AppModule {
  static with(recorder: SpanRecorder, isFirst: boolean): DynamicModule {
    const tracing = TracingModule.forRoot({ serviceName: 'orders', spanProcessors: [recorder] });
    return {
      module: AppModule,
      imports: isFirst ? [tracing, OrdersModule] : [OrdersModule, tracing],
    };
  }
}

/**
 * Boots an application, once with the module imported first and once last. Its request crosses HTTP, a method, HTTP
 * again and a query.
 *
 * @throws Error if the trace is not complete
 */
export async function checkTraces(): Promise<void> {
  for (const isFirst of [true, false]) {
    const recorder = new SpanRecorder();
    const app = await NestFactory.create(AppModule.with(recorder, isFirst), {
      logger: ['error', 'warn'],
    });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    const answer = await (await fetch(`${url}/orders/42`)).text();
    if (answer !== '{"id":"42","price":"12","count":7}') throw new Error(`It answered ${answer}`);
    const trace = await recorder.takeNextTrace({ spanCount: 6, deadlineMillis: 10_000 });
    await app.close();
    const text = traceAsText(trace, {
      attributes: ['http.response.status_code', 'order.id', 'db.system.name'],
    });
    if (text !== EXPECTED) {
      throw new Error(`The trace should have been\n${EXPECTED}\nbut was\n${text}`);
    }
    console.log(`The module is imported ${isFirst ? 'first' : 'last'}: the trace is complete.`);
  }
}
