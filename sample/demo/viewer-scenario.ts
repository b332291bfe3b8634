import type { OrderItem } from './orders/order.js';
import type { RequestToSend } from './runner/send.js';

const SIGNED_IN = { 'x-api-key': 'demo' };
const FURNITURE = ['shelf', 'desk', 'stool', 'mirror', 'carpet', 'clock'];
const ORDINARY_ORDERS = 10;

/** Requests whose traces show what the viewer finds; they come after those of the scenario. */
export const VIEWER_SCENARIO: readonly RequestToSend[] = [
  // Enough of them to tell what is usual.
  ...Array.from({ length: ORDINARY_ORDERS }, () => orderOf([{ sku: 'chair', quantity: 1 }])),
  // Six reservations at once.
  orderOf(FURNITURE.map((sku) => ({ sku, quantity: 1 }))),
  // Much slower than usual, because of one span.
  orderOf([{ sku: 'piano', quantity: 1 }]),
  // One query for all orders, and one for the items of each.
  { method: 'GET', path: '/orders', headers: SIGNED_IN },
  // The courier answers at the third try.
  { method: 'GET', path: '/orders/1/delivery', headers: SIGNED_IN },
];

function orderOf(items: readonly OrderItem[]): RequestToSend {
  return { method: 'POST', path: '/orders', headers: SIGNED_IN, order: { items } };
}
