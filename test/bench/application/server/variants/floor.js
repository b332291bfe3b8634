import { BATCH_SPANS, Floor } from '../../../floor/floor.js';
import { Poster } from '../../../floor/poster.js';
import { QUEUE_SPANS } from '../queue.js';

/** The least that the tracing of this application costs: a tracer that is made for it by hand. */
const poster = new Poster(process.env.OTLP_URL, QUEUE_SPANS / BATCH_SPANS);
const floor = new Floor((body) => poster.post(body));

export const imports = [];
export const tracedMethod = floor.traced;

export async function flush() {
  floor.flush();
  await poster.whenIdle();
}

/** The routes of the application, which its author knows. */
const ROUTE = { template: '/orders/:id', functionName: 'OrdersController.find' };

export function prepare(app) {
  const adapter = app.getHttpAdapter();
  if (adapter.getType() === 'fastify') {
    adapter
      .getInstance()
      .addHook('onRequest', (request, reply, done) =>
        floor.run(request.raw, reply.raw, request.is404 ? undefined : ROUTE, done),
      );
  } else {
    app.use((request, response, next) =>
      floor.run(request, response, () => (request.route === undefined ? undefined : ROUTE), next),
    );
  }
}
