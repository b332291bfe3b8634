import type { NewOrder } from './orders/order.js';
import { type Question, whereStands } from './runner/question.js';

/** A request to the gateway, and the trace it must leave. */
export interface DemoRequest {
  /** What is asked, and how it goes, for a reader who sees a trace for the first time. */
  readonly headline: string;
  /** What there is to see in the trace. */
  readonly lesson: string;
  /** What else the trace must answer. */
  readonly question?: Question;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly order?: NewOrder;
  readonly expectedStatus: number;
  /** A line for each span: service, name, kind, status, and whether it failed. */
  readonly expectedTree: string;
}

const SIGNED_IN = { 'x-api-key': 'demo' };

/** In the order in which they are sent. */
export const SCENARIO: readonly DemoRequest[] = [
  {
    headline: 'Order two chairs and a table',
    lesson:
      'One request crosses four services, the last by an event. Items are reserved at once and fetched one by one.',
    method: 'POST',
    path: '/orders',
    headers: SIGNED_IN,
    order: {
      items: [
        { sku: 'chair', quantity: 2 },
        { sku: 'table', quantity: 1 },
      ],
    },
    expectedStatus: 201,
    expectedTree: placedOrder(2),
  },
  {
    headline: 'Order a piano, which takes its time',
    lesson: 'Three services wait for one span: the critical path leads to it.',
    method: 'POST',
    path: '/orders',
    headers: SIGNED_IN,
    order: { items: [{ sku: 'piano', quantity: 1 }] },
    expectedStatus: 201,
    expectedTree: placedOrder(1),
  },
  {
    headline: 'Order a chair as a gold customer',
    lesson: 'The client sent it as baggage; two services later it is put on a span.',
    question: whereStands('customer.tier'),
    method: 'POST',
    path: '/orders',
    headers: { ...SIGNED_IN, baggage: 'customer.tier=gold' },
    order: { items: [{ sku: 'chair', quantity: 1 }] },
    expectedStatus: 201,
    expectedTree: placedOrder(1),
  },
  {
    headline: 'Order a lamp, but its warehouse is down',
    lesson: 'The client hears of a bad gateway. The trace knows more.',
    method: 'POST',
    path: '/orders',
    headers: SIGNED_IN,
    order: { items: [{ sku: 'lamp', quantity: 1 }] },
    expectedStatus: 502,
    expectedTree: lines(
      'gateway POST /orders [server] 502 FAILED',
      '  gateway POST /orders [client] 502 FAILED',
      '    orders POST /orders [server] 502 FAILED',
      '      orders OrdersService.place FAILED',
      '        orders PricingService.total',
      '        orders reserve items FAILED',
      '          orders inventory.Stock/Reserve [client] UNAVAILABLE FAILED',
      '            inventory inventory.Stock/Reserve [server] UNAVAILABLE FAILED',
      '              inventory StockService.reserve FAILED',
      '                inventory Warehouse.findShelf FAILED',
    ),
  },
  {
    headline: 'Look up an order that does not exist',
    lesson: 'A server that answers 404 has not failed; whoever asked it has.',
    method: 'GET',
    path: '/orders/4711',
    headers: SIGNED_IN,
    expectedStatus: 404,
    expectedTree: lines(
      'gateway GET /orders/:id [server] 404',
      '  gateway GET /orders/{id} [client] 404 FAILED',
      '    orders GET /orders/:id [server] 404',
      '      orders OrdersService.find FAILED',
      '        orders SELECT orders [client]',
    ),
  },
  {
    headline: 'Order minus one chair',
    lesson: 'A pipe refuses it before the handler; the other services never hear of it.',
    method: 'POST',
    path: '/orders',
    headers: SIGNED_IN,
    order: { items: [{ sku: 'chair', quantity: -1 }] },
    expectedStatus: 400,
    expectedTree: 'gateway POST /orders [server] 400',
  },
  {
    headline: 'Order a chair without an API key',
    lesson: 'A guard refuses it. Requests that never reach a handler are traced as well.',
    method: 'POST',
    path: '/orders',
    headers: {},
    order: { items: [{ sku: 'chair', quantity: 1 }] },
    expectedStatus: 401,
    expectedTree: 'gateway POST /orders [server] 401',
  },
];

function placedOrder(itemCount: number): string {
  const reservation = [
    '          orders inventory.Stock/Reserve [client] OK',
    '            inventory inventory.Stock/Reserve [server] OK',
    '              inventory StockService.reserve',
    '                inventory Warehouse.findShelf',
    '                inventory write reservation',
  ];
  const each = (line: string): string[] => Array.from({ length: itemCount }, () => line);
  return lines(
    'gateway POST /orders [server] 201',
    '  gateway POST /orders [client] 201',
    '    orders POST /orders [server] 201',
    '      orders OrdersService.place',
    '        orders PricingService.total',
    '        orders reserve items',
    ...Array.from({ length: itemCount }, () => reservation).flat(),
    '        orders transaction',
    '          orders BEGIN [client]',
    '          orders INSERT orders [client]',
    '          orders INSERT order_items [client]',
    '          orders COMMIT [client]',
    '        orders inventory.Stock/Fetch [client] OK',
    '          inventory inventory.Stock/Fetch [server] OK',
    '            inventory StockService.fetch',
    ...each('              inventory Warehouse.fetch'),
    ...each('        orders UPDATE order_items [client]'),
    '        orders send order.placed [producer]',
    '          mailer process order.placed [consumer]',
    '            mailer OrderListener.onPlaced',
    '              mailer MailService.scheduleFollowUp',
    '                mailer write follow-up',
  );
}

function lines(...texts: string[]): string {
  return texts.join('\n');
}
