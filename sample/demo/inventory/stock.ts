import { fileURLToPath } from 'node:url';

/** Where clients and server find the contract: `stock.proto` stands beside this file, also when built. */
export const STOCK_CONTRACT = {
  package: 'inventory',
  protoPath: fileURLToPath(new URL('stock.proto', import.meta.url)),
};

export interface Item {
  readonly sku: string;
  readonly quantity: number;
}

export interface Reservation {
  readonly sku: string;
  readonly shelf: string;
}

export interface FetchRequest {
  readonly reservations: readonly Reservation[];
}

export interface FetchedItem {
  readonly sku: string;
}
