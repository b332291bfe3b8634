import 'reflect-metadata';
import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Traced, TracingModule } from 'nestjs-traced';
import { dedent, SpanRecorder, traceAsText } from 'nestjs-traced/testing';
import { DataSource, EntitySchema } from 'typeorm';

const EXPECTED = dedent`
  OrdersService.place
    transaction
      BEGIN [client]
      INSERT orders [client]
      SAVEPOINT [client]
      INSERT orders [client]
      ROLLBACK TO SAVEPOINT [client]
      COMMIT [client]
    SELECT orders [client]
`;

interface Order {
  id: number;
  sku: string;
}

const OrderSchema = new EntitySchema<Order>({
  name: 'Order',
  tableName: 'orders',
  columns: { id: { type: Number, primary: true }, sku: { type: String } },
});

@Injectable()
class OrdersService {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Traced()
  async place(): Promise<number> {
    await this.dataSource.transaction(async (manager) => {
      await manager.insert(OrderSchema, { id: 1, sku: 'A-1' });
      const twice = manager.transaction((inner) =>
        inner.insert(OrderSchema, { id: 1, sku: 'A-1' }),
      );
      await twice.catch(() => {});
    });
    return this.dataSource.getRepository(OrderSchema).count();
  }
}

const recorder = new SpanRecorder();

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'orders', spanProcessors: [recorder] })],
  providers: [
    OrdersService,
    {
      provide: DataSource,
      useFactory: () =>
        new DataSource({ type: 'sqljs', entities: [OrderSchema], synchronize: true }).initialize(),
    },
  ],
})
class AppModule {}

/** Boots an application that stores through TypeORM 0.3, and compares the trace of what it stores. */
async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'] });
  const count = await app.get(OrdersService).place();
  if (count !== 1) throw new Error(`${count} orders were stored, and not 1`);
  const trace = await recorder.takeNextTrace({ spanCount: 9, deadlineMillis: 5000 });
  const text = traceAsText(trace, { attributes: false }).replace(/ ERROR .*/, '');
  await app.close();
  recorder.verify();
  console.log(text);
  if (text !== EXPECTED) throw new Error(`The trace should have been\n${EXPECTED}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
