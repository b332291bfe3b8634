import { BadGatewayException, Inject, Injectable } from '@nestjs/common';
import { tracedFetch } from 'nestjs-traced';
import type { OrderItem } from './order.js';

export const INVENTORY_URL = Symbol('INVENTORY_URL');

@Injectable()
export class InventoryClient {
  constructor(@Inject(INVENTORY_URL) private readonly url: string) {}

  async reserve({ sku, quantity }: OrderItem): Promise<void> {
    const path = `/stock/${encodeURIComponent(sku)}/reservations`;
    const response = await tracedFetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ quantity }),
      urlTemplate: '/stock/{sku}/reservations',
    });
    if (!response.ok) {
      throw new BadGatewayException(`The inventory answered ${response.status} for ${sku}`);
    }
  }
}
