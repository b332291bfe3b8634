import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { Injectable } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { SpanAttribute, Traced } from 'nestjs-traced';

/** The warehouse is there, but does not answer. */
export class WarehouseOfflineError extends RpcException {
  override readonly name = 'WarehouseOfflineError';

  constructor(message: string) {
    super({ code: status.UNAVAILABLE, message });
  }
}

/** Stands for a system that is slow for some goods and fails for others. */
@Injectable()
export class Warehouse {
  @Traced({ resultAttributes: (shelf: string) => ({ 'stock.shelf': shelf }) })
  async findShelf(@SpanAttribute('stock.sku') sku: string): Promise<string> {
    if (sku === 'lamp') throw new WarehouseOfflineError('The north warehouse does not answer');
    await sleep(sku === 'piano' ? 400 : 8);
    return sku === 'piano' ? 'cellar' : 'hall-3';
  }

  @Traced()
  async fetch(@SpanAttribute('stock.shelf') _shelf: string): Promise<void> {
    await sleep(10);
  }
}
