import { type ServiceError, status } from '@grpc/grpc-js';
import { BadGatewayException, Inject, Injectable } from '@nestjs/common';
import type { ClientGrpc } from '@nestjs/microservices';
import { catchError, type Observable, throwError } from 'rxjs';
import type { FetchedItem, FetchRequest, Item, Reservation } from '../inventory/stock.js';

export const INVENTORY = Symbol('INVENTORY');

/** The inventory's service as Nest's client makes it from `stock.proto`. */
interface Stock {
  reserve(item: Item): Observable<Reservation>;
  fetch(request: FetchRequest): Observable<FetchedItem>;
}

@Injectable()
export class InventoryClient {
  readonly #stock: Stock;

  constructor(@Inject(INVENTORY) client: ClientGrpc) {
    this.#stock = client.getService<Stock>('Stock');
  }

  reserve(item: Item): Observable<Reservation> {
    return this.#stock.reserve(item).pipe(catchError(badGateway));
  }

  fetch(reservations: readonly Reservation[]): Observable<FetchedItem> {
    return this.#stock.fetch({ reservations }).pipe(catchError(badGateway));
  }
}

function badGateway({ code, details }: ServiceError): Observable<never> {
  return throwError(
    () => new BadGatewayException(`The inventory answered ${status[code]}: ${details}`),
  );
}
