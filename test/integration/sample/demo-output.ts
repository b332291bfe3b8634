/** What the demo prints, without what differs from run to run: ids, times, bars and the width of columns. */
export const DEMO_OUTPUT = `\
Four services, a process each: gateway (Express) → orders (Fastify) → inventory (gRPC), mailer (TCP).
They send their spans by OTLP to this process, which joins them to traces.
A line is a span: what was done, by which service, how long, and when within its trace.

1. Order two chairs and a table   POST /orders → 201
One request crosses four services, the last by an event. Items are reserved at once and fetched one by one.

trace (id)  4 services, 33 spans
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
Three services wait for one span: the bars show which.

trace (id)  4 services, 26 spans
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

→ most of the time went by in inventory, Warehouse.findShelf


3. Order a chair as a gold customer   POST /orders → 201
The client sent it as baggage; two services later it is put on a span.

trace (id)  4 services, 26 spans
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

trace (id)  3 services, 10 spans, 9 failed
POST /orders [server] 502 FAILED  gateway
✗ HttpException: The inventory answered UNAVAILABLE: The north warehouse does not answer
└─ POST /orders [client] 502 FAILED  gateway
   └─ POST /orders [server] 502 FAILED  orders
      └─ OrdersService.place FAILED  orders
         ├─ PricingService.total  orders
         └─ reserve items FAILED  orders
            ✗ BadGatewayException: The inventory answered UNAVAILABLE: The north warehouse does not answer
            └─ inventory.Stock/Reserve [client] UNAVAILABLE FAILED  orders
               └─ inventory.Stock/Reserve [server] UNAVAILABLE FAILED  inventory
                  └─ StockService.reserve FAILED  inventory
                     └─ Warehouse.findShelf FAILED  inventory
                        ✗ WarehouseOfflineError: The north warehouse does not answer

→ It began in inventory, Warehouse.findShelf: WarehouseOfflineError: The north warehouse does not answer


5. Look up an order that does not exist   GET /orders/4711 → 404
A server that answers 404 has not failed; whoever asked it has.

trace (id)  2 services, 5 spans, 2 failed
GET /orders/:id [server] 404  gateway
└─ GET /orders/{id} [client] 404 FAILED  gateway
   └─ GET /orders/:id [server] 404  orders
      └─ OrdersService.find FAILED  orders
         ✗ NotFoundException: There is no order 4711
         └─ SELECT orders [client]  orders

→ It began in orders, OrdersService.find: NotFoundException: There is no order 4711


6. Order minus one chair   POST /orders → 400
A pipe refuses it before the handler; the other services never hear of it.

trace (id)  gateway, 1 span
POST /orders [server] 400

→ It began in gateway, POST /orders: BadRequestException: Order at least one chair


7. Order a chair without an API key   POST /orders → 401
A guard refuses it. Requests that never reach a handler are traced as well.

trace (id)  gateway, 1 span
POST /orders [server] 401

→ It began in gateway, POST /orders: UnauthorizedException: Send an x-api-key


7 traces, 102 spans, 4 services, 0 lost`;

/** The lines without what differs from run to run: ids, times, bars and the width of columns. */
export function steadyLines(output: string): string[] {
  return output
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .replace(/\b[0-9a-f]{32}\b/, '(id)')
        .replace(/ +(?:\d+m )?[\d.]+ [mµ]?s +[█▏ ]+$/, '')
        .replace(/, [\d.]+ [mµ]?s\b/, '')
        .replace(/ {2,}(gateway|orders|inventory|mailer)$/, '  $1')
        .replace(/\d+ of \d+ ms/, 'most of the time')
        .trimEnd(),
    );
}
