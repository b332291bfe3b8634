/** What the demo prints, without what differs from run to run: ids, times, bars and the width of columns. */
export const DEMO_OUTPUT = `\
Four services, a process each: gateway (Express) → orders (Fastify) → inventory (gRPC), mailer (TCP).
They send their spans by OTLP to this process, which joins them to traces and explains these.
A line is a span: what was done, by which service, how long, how much of that the request waited for,
and when: ▓ waited for this span itself, █ for a span below, ░ nobody waited.

1. Order two chairs and a table   POST /orders → 201
One request crosses four services, the last by an event. Items are reserved at once and fetched one by one.

trace (id)  POST /orders 201  4 services, 33 spans

total path
POST /orders [server] 201  gateway
└─ POST /orders [client] 201  gateway
   └─ POST /orders [server] 201  orders
      └─ OrdersService.place  orders
         ├─ PricingService.total  orders
         ├─ reserve items  orders
         │  ├─ inventory.Stock/Reserve [client] OK  orders
         │  │  └─ inventory.Stock/Reserve [server] OK  inventory
         │  │     └─ StockService.reserve  inventory
         │  │        ├─ Warehouse.findShelf  inventory
         │  │        └─ write reservation  inventory
         │  └─ inventory.Stock/Reserve [client] OK  orders
         │     └─ inventory.Stock/Reserve [server] OK  inventory
         │        └─ StockService.reserve  inventory
         │           ├─ Warehouse.findShelf  inventory
         │           └─ write reservation  inventory
         ├─ transaction  orders
         │  ├─ BEGIN [client]  orders
         │  ├─ INSERT orders [client]  orders
         │  ├─ INSERT order_items [client]  orders
         │  └─ COMMIT [client]  orders
         ├─ inventory.Stock/Fetch [client] OK  orders
         │  └─ inventory.Stock/Fetch [server] OK  inventory
         │     └─ StockService.fetch  inventory
         │        ├─ Warehouse.fetch  inventory
         │        └─ Warehouse.fetch  inventory
         ├─ UPDATE order_items [client]  orders
         ├─ UPDATE order_items [client]  orders
         └─ send order.placed [producer]  orders
            └─ process order.placed [consumer]  mailer
               └─ OrderListener.onPlaced  mailer
                  └─ MailService.scheduleFollowUp  mailer
                     └─ write follow-up  mailer


2. Order a piano, which takes its time   POST /orders → 201
Three services wait for one span: the critical path leads to it.

trace (id)  POST /orders 201  4 services, 26 spans

total path
POST /orders [server] 201  gateway
└─ POST /orders [client] 201  gateway
   └─ POST /orders [server] 201  orders
      └─ OrdersService.place  orders
         ├─ PricingService.total  orders
         ├─ reserve items  orders
         │  └─ inventory.Stock/Reserve [client] OK  orders
         │     └─ inventory.Stock/Reserve [server] OK  inventory
         │        └─ StockService.reserve  inventory
         │           ├─ Warehouse.findShelf  inventory
         │           └─ write reservation  inventory
         ├─ transaction  orders
         │  ├─ BEGIN [client]  orders
         │  ├─ INSERT orders [client]  orders
         │  ├─ INSERT order_items [client]  orders
         │  └─ COMMIT [client]  orders
         ├─ inventory.Stock/Fetch [client] OK  orders
         │  └─ inventory.Stock/Fetch [server] OK  inventory
         │     └─ StockService.fetch  inventory
         │        └─ Warehouse.fetch  inventory
         ├─ UPDATE order_items [client]  orders
         └─ send order.placed [producer]  orders
            └─ process order.placed [consumer]  mailer
               └─ OrderListener.onPlaced  mailer
                  └─ MailService.scheduleFollowUp  mailer
                     └─ write follow-up  mailer


3. Order a chair as a gold customer   POST /orders → 201
The client sent it as baggage; two services later it is put on a span.

trace (id)  POST /orders 201  4 services, 26 spans

total path
POST /orders [server] 201  gateway
└─ POST /orders [client] 201  gateway
   └─ POST /orders [server] 201  orders
      └─ OrdersService.place  orders
         ├─ PricingService.total  orders
         ├─ reserve items  orders
         │  └─ inventory.Stock/Reserve [client] OK  orders
         │     └─ inventory.Stock/Reserve [server] OK  inventory
         │        └─ StockService.reserve  inventory
         │           ├─ Warehouse.findShelf  inventory
         │           └─ write reservation  inventory
         ├─ transaction  orders
         │  ├─ BEGIN [client]  orders
         │  ├─ INSERT orders [client]  orders
         │  ├─ INSERT order_items [client]  orders
         │  └─ COMMIT [client]  orders
         ├─ inventory.Stock/Fetch [client] OK  orders
         │  └─ inventory.Stock/Fetch [server] OK  inventory
         │     └─ StockService.fetch  inventory
         │        └─ Warehouse.fetch  inventory
         ├─ UPDATE order_items [client]  orders
         └─ send order.placed [producer]  orders
            └─ process order.placed [consumer]  mailer
               └─ OrderListener.onPlaced  mailer
                  └─ MailService.scheduleFollowUp  mailer
                     └─ write follow-up  mailer

→ customer.tier = gold stands on inventory, inventory.Stock/Reserve


4. Order a lamp, but its warehouse is down   POST /orders → 502
The client hears of a bad gateway. The trace knows more.

trace (id)  POST /orders 502  3 services, 10 spans, 9 failed
✗ It began in inventory, Warehouse.findShelf (warehouse.js): WarehouseOfflineError: The north warehouse does not answer

total path
POST /orders [server] 502 ✗  gateway
✗ HttpException: The inventory answered UNAVAILABLE: The north warehouse does not answer (orders-client.js)
└─ POST /orders [client] 502 ✗  gateway
   └─ POST /orders [server] 502 ✗  orders
      └─ OrdersService.place ✗  orders
         ├─ PricingService.total  orders
         └─ reserve items ✗  orders
            ✗ BadGatewayException: The inventory answered UNAVAILABLE: The north warehouse does not answer (inventory-client.js)
            └─ inventory.Stock/Reserve [client] UNAVAILABLE ✗  orders
               └─ inventory.Stock/Reserve [server] UNAVAILABLE ✗  inventory
                  └─ StockService.reserve ✗  inventory
                     └─ Warehouse.findShelf ✗  inventory
                        ✗ WarehouseOfflineError: The north warehouse does not answer (warehouse.js)


5. Look up an order that does not exist   GET /orders/4711 → 404
A server that answers 404 has not failed; whoever asked it has.

trace (id)  GET /orders/:id 404  2 services, 5 spans, 2 failed
✗ It began in orders, OrdersService.find (orders-service.js): NotFoundException: There is no order 4711

total path
GET /orders/:id [server] 404  gateway
✗ HttpException: There is no order 4711 (orders-client.js)
└─ GET /orders/{id} [client] 404 ✗  gateway
   └─ GET /orders/:id [server] 404  orders
      └─ OrdersService.find ✗  orders
         ✗ NotFoundException: There is no order 4711 (orders-service.js)
         └─ SELECT orders [client]  orders


6. Order minus one chair   POST /orders → 400
A pipe refuses it before the handler; the other services never hear of it.

trace (id)  POST /orders 400  gateway, 1 span
✗ It began in gateway, POST /orders (new-order.pipe.js): BadRequestException: Order at least one chair

total path
POST /orders [server] 400
✗ BadRequestException: Order at least one chair (new-order.pipe.js)


7. Order a chair without an API key   POST /orders → 401
A guard refuses it. Requests that never reach a handler are traced as well.

trace (id)  POST /orders 401  gateway, 1 span
✗ It began in gateway, POST /orders (api-key.guard.js): UnauthorizedException: Send an x-api-key

total path
POST /orders [server] 401
✗ UnauthorizedException: Send an x-api-key (api-key.guard.js)


7 traces, 102 spans, 4 services, 0 lost`;

/**
 * The lines without what differs from run to run: ids, times, bars, the width of columns, and the sentence
 * about what took most of the time.
 */
export function steadyLines(output: string): string[] {
  return output
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('◷'))
    .map((line) =>
      line
        .replace(/\b[0-9a-f]{32}\b/, '(id)')
        .replace(/ +(?:\d+m )?[\d.]+ [mµn]?s(?: +[\d.]+ [mµn]?s)? +[▓█░ ]+$/, '')
        .replace(/, [\d.]+ [mµn]?s\b/, '')
        .replace(/^ +total +path$/, 'total path')
        .replace(/ {2,}(gateway|orders|inventory|mailer)$/, '  $1')
        .replace(/\(([\w.-]+\.js):\d+\)/, '($1)')
        .trimEnd(),
    );
}
