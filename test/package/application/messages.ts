import 'reflect-metadata';
import { Controller, type DynamicModule, Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientsModule,
  EventPattern,
  MessagePattern,
  Payload,
  type TcpOptions,
  Transport,
} from '@nestjs/microservices';
import { getBaggage, TracingModule, withBaggage } from 'nestjs-traced';
import { dedent, SpanRecorder, traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom } from 'rxjs';

const options = { host: '127.0.0.1', port: 20_000 + (process.pid % 20_000) };

const EXPECTED = dedent`
  send find [client]
    process find [server]

  send placed [producer]
    process placed [consumer]

  send missing [client] ERROR "There is no matching message handler defined in the remote service."
    process [server] ERROR "The application has no handler for the message"
`;

@Controller()
class OrdersController {
  @MessagePattern('find')
  find(@Payload() id: string): string {
    return `${id} of ${getBaggage('tenant')}`;
  }

  @EventPattern<string>('placed')
  placed(): void {}
}

@Injectable()
class Orders {
  constructor(@Inject('ORDERS') readonly client: ClientProxy) {}
}

@Module({})
class AppModule {
  static with(recorder: SpanRecorder): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TracingModule.forRoot({ serviceName: 'orders', spanProcessors: [recorder] }),
        ClientsModule.register([{ name: 'ORDERS', transport: Transport.TCP, options }]),
      ],
      controllers: [OrdersController],
      providers: [Orders],
    };
  }
}

/** Sends a request, an event and a request without a handler over TCP, and compares their traces. */
async function main(): Promise<void> {
  const recorder = new SpanRecorder();
  const server: TcpOptions = { transport: Transport.TCP, options };
  const app = await NestFactory.createMicroservice(AppModule.with(recorder), {
    ...server,
    logger: false,
  });
  await app.listen();
  const { client } = app.get(Orders);
  const answer = await withBaggage({ tenant: 'acme' }, () =>
    lastValueFrom(client.send('find', '7')),
  );
  if (answer !== '7 of acme') throw new Error(`The application answered ${answer}`);
  await lastValueFrom(client.emit('placed', '7'), { defaultValue: undefined });
  await lastValueFrom(client.send('missing', '7')).catch(() => undefined);
  const spans = await recorder.takeNextSpans(6, { deadlineMillis: 5000 });
  const text = traceAsText(spans, { attributes: false });
  await app.close();
  recorder.verify();
  console.log(text);
  if (text !== EXPECTED) throw new Error(`The traces should have been\n${EXPECTED}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
