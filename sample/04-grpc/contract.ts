import { join } from 'node:path';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import type { Observable } from 'rxjs';

export const STOCK: GrpcOptions = {
  transport: Transport.GRPC,
  options: {
    package: 'stock',
    protoPath: join(import.meta.dirname, 'stock.proto'),
    url: process.env.STOCK_URL ?? '127.0.0.1:50051',
  },
};

export interface Item {
  readonly sku: string;
}

export interface Reservation {
  readonly shelf: string;
}

export interface Level {
  readonly count: number;
}

export interface Stock {
  reserve(item: Item): Observable<Reservation>;
  watch(item: Item): Observable<Level>;
}
