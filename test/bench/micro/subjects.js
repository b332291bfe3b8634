/**
 * What every system is fed with. One place, so that no system gets easier food than another.
 *
 * A fresh attributes object a span is part of what users do and pay for, in every system.
 */

/** The four attributes of a server span that are known at its start; two more come at its end. */
export function requestAttributes(turn) {
  return {
    'http.request.method': 'GET',
    'url.path': PATHS[turn & 63],
    'url.scheme': 'http',
    'server.port': 3000,
  };
}

/** How many spans are ended between two turns of the event loop: the batch of both batch processors. */
export const BATCH_SPANS = 512;

/** Operations of one call of a case that needs no flush. */
export const CALLS = 1000;

/** Carriers and contexts are taken in turn from this many, so that nothing is always the same. */
export const VARIANTS = 256;

const PATHS = Array.from({ length: 64 }, (_, turn) => `/orders/${turn}`);

const TRACE_IDS = Array.from({ length: VARIANTS }, (_, turn) => digits(turn + 1, 32));
const SPAN_IDS = Array.from({ length: VARIANTS }, (_, turn) => digits(turn + 7, 16));

/** Remote span contexts, all sampled. */
export const SPAN_CONTEXTS = TRACE_IDS.map((traceId, turn) => ({
  traceId,
  spanId: SPAN_IDS[turn],
  traceFlags: 1,
}));

/**
 * Headers of an incoming request as Node's HTTP server hands them over, with what browsers and
 * proxies add. Each value is a string of its own: one put together from parts would be slower to
 * read than what a parser makes.
 */
function headers(own) {
  const request = {
    host: 'localhost:3000',
    'user-agent': 'bench/1.0',
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate',
    connection: 'keep-alive',
  };
  for (const [name, value] of Object.entries(own)) {
    request[name] = Buffer.from(value, 'latin1').toString('latin1');
  }
  return request;
}

export const W3C_CARRIERS = SPAN_CONTEXTS.map(({ traceId, spanId }) =>
  headers({ traceparent: `00-${traceId}-${spanId}-01` }),
);

export const W3C_CARRIERS_WITH_STATE = SPAN_CONTEXTS.map(({ traceId, spanId }) =>
  headers({
    traceparent: `00-${traceId}-${spanId}-01`,
    tracestate: `rojo=${spanId},congo=t61rcWkgMzE`,
  }),
);

export const B3_CARRIERS = SPAN_CONTEXTS.map(({ traceId, spanId }) =>
  headers({ b3: `${traceId}-${spanId}-1` }),
);

export const B3_MULTI_CARRIERS = SPAN_CONTEXTS.map(({ traceId, spanId }) =>
  headers({ 'x-b3-traceid': traceId, 'x-b3-spanid': spanId, 'x-b3-sampled': '1' }),
);

/** The eight attributes of an exported span: strings short and long, numbers, a boolean, a list. */
export function exportedAttributes(turn) {
  return {
    'http.request.method': 'GET',
    'http.route': '/orders/:id',
    'url.path': PATHS[turn & 63],
    'http.response.status_code': 200,
    'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) bench/1.0',
    'order.total': 12.5 + turn,
    'order.express': (turn & 1) === 1,
    'order.items': ['A-1', 'B-2'],
  };
}

function digits(seed, count) {
  let value = seed * 2654435761;
  let text = '';
  while (text.length < count) {
    value = (value * 1103515245 + 12345) % 2147483648;
    text += value.toString(16).padStart(8, '0');
  }
  return text.slice(0, count);
}
