import { afterEach, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TRACING_OPTIONS, Traced, Tracer, TracingModule } from 'nestjs-traced';
import { dedent, testTracingOptions, traceAsText } from 'nestjs-traced/testing';

@Injectable()
class OrdersService {
  constructor(private readonly tracer: Tracer) {}

  @Traced()
  async place(): Promise<void> {
    await this.tracer.trace('reserve stock', async (span) => {
      span.setAttribute('stock.sku', 'chair');
    });
  }
}

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'orders' })],
  providers: [OrdersService],
})
class AppModule {}

const { options, recorder } = testTracingOptions();

afterEach(() => recorder.verify());

it('reserves stock when an order is placed', async () => {
  const app = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(TRACING_OPTIONS)
    .useValue(options)
    .compile();

  await app.get(OrdersService).place();

  expect(traceAsText(recorder.takeSpans(), { attributes: ['stock.sku'] })).toBe(dedent`
    OrdersService.place
      reserve stock stock.sku=chair
  `);
  await app.close();
});
