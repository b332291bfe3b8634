import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, MessagePattern, Transport } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';

/** Requests that are on their way at the same time. */
const LANES = 8;
const REQUESTS = 512;

/**
 * A request of Nest's TCP client and its answer. Client and server are in this process, so that the CPU
 * time is that of both ends.
 *
 * @param traced `{ module, exporter, flush }`; undefined for an application without tracing
 */
export function tcpMessage(traced) {
  const options = { host: '127.0.0.1', port: 20_000 + (process.pid % 20_000) };
  return messages(traced, { transport: Transport.TCP, options });
}

/** The same over a Redis server on this machine, at its standard port. */
export function redisMessage(traced) {
  const options = { host: '127.0.0.1', port: 6379 };
  return messages(traced, { transport: Transport.REDIS, options });
}

async function messages(traced, transport) {
  const pattern = `bench.${process.pid}`;
  class OrdersController {
    find(id) {
      return { id, total: 12.5 };
    }
  }
  decorate(Controller(), OrdersController);
  decorate(MessagePattern(pattern), OrdersController, 'find');
  class BenchModule {}
  const imports = [
    ...(traced === undefined ? [] : [traced.module]),
    ClientsModule.register([{ ...transport, name: 'ORDERS' }]),
  ];
  decorate(Module({ imports, controllers: [OrdersController] }), BenchModule);
  const app = await NestFactory.createMicroservice(BenchModule, { ...transport, logger: false });
  await app.listen();
  const client = app.get('ORDERS');
  await client.connect();
  // Nest subscribes without waiting for Redis.
  await new Promise((resolve) => setTimeout(resolve, 100));
  let sent = 0;
  const lane = async (count) => {
    for (let turn = 0; turn < count; turn++) {
      const { id } = await lastValueFrom(client.send(pattern, turn));
      if (id !== turn) throw new Error('a request got the answer of another');
    }
  };
  return {
    operations: REQUESTS,
    async run() {
      await Promise.all(Array.from({ length: LANES }, () => lane(REQUESTS / LANES)));
      sent += REQUESTS;
    },
    async verify() {
      if (traced === undefined) return;
      await traced.flush();
      // One span at each end.
      if (traced.exporter.spans !== 2 * sent) {
        throw new Error(`${2 * sent} spans ended, but ${traced.exporter.spans} were exported`);
      }
    },
  };
}

function decorate(decorator, target, method) {
  if (method === undefined) return decorator(target);
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, method);
  return decorator(target.prototype, method, descriptor);
}
