import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, type INestApplication, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { TracedLogger } from '../../../lib/index.js';
import { type TestTracingSetup, testTracingOptions } from '../../../lib/testing/index.js';
import { type CapturedOutput, captureOutput } from '../../support/captured-output.js';
import { freePort } from '../../support/free-port.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { OrdersService, ordersModule } from './application/orders.module.js';

describe.each(PLATFORMS.map((platform) => [platform.name, platform] as const))(
  'the fields of Elastic on %s',
  (_, platform) => {
    let application: INestApplication;
    let setup: TestTracingSetup;
    let output: CapturedOutput;
    let messagePort: number;

    beforeEach(async () => {
      output = captureOutput();
      setup = testTracingOptions({ logging: { fields: 'ecs' } });
      application = await NestFactory.create(
        ordersModule(setup.options, [], [], false),
        platform.createAdapter(),
        {
          logger: new TracedLogger(new ConsoleLogger({ json: true })),
          forceCloseConnections: true,
        },
      );
      messagePort = await freePort();
      application.connectMicroservice<MicroserviceOptions>({
        transport: Transport.TCP,
        options: { host: '127.0.0.1', port: messagePort },
      });
      await application.startAllMicroservices();
      await application.listen(0, '127.0.0.1');
    });

    afterEach(async () => {
      await application.close();
      output.restore();
      Logger.overrideLogger(new ConsoleLogger());
      expect(setup.warnings).toEqual([]);
      setup.recorder.reset();
    });

    const idsOfLine = (message: string): unknown[] => {
      const line = output.records().find((record) => record.message === message);
      return [line?.['trace.id'], line?.['span.id'], line?.['transaction.id']];
    };
    const spanOf = async (
      name: string,
      count = 1,
    ): Promise<{ traceId: string; spanId: string }> => {
      const found = (await setup.recorder.takeNextSpans(count)).find((span) => span.name === name);
      return found?.spanContext() as { traceId: string; spanId: string };
    };

    it('name the request in a line of a method', async () => {
      const { port } = application.getHttpServer().address() as AddressInfo;
      await fetch(`http://127.0.0.1:${port}/orders/7`, { headers: { connection: 'close' } });
      const { traceId, spanId } = await spanOf('GET /orders/:id', 2);
      expect(idsOfLine('get 7')).toEqual([traceId, spanId, spanId]);
      const [, inner, transaction] = idsOfLine('found 7');
      expect(inner).not.toBe(spanId);
      expect(transaction).toBe(spanId);
    });

    it('name a message', async () => {
      const client = ClientProxyFactory.create({
        transport: Transport.TCP,
        options: { host: '127.0.0.1', port: messagePort },
      });
      await firstValueFrom(client.send('orders.find', '7'));
      client.close();
      const { traceId, spanId } = await spanOf('process orders.find');
      expect(idsOfLine('asked for 7')).toEqual([traceId, spanId, spanId]);
    });

    it('name a job', async () => {
      await application.get(OrdersService).process({ id: '7' });
      const { traceId, spanId } = await spanOf('process');
      expect(idsOfLine('processed 7')).toEqual([traceId, spanId, spanId]);
    });
  },
);
