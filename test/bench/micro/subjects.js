/**
 * What every system is fed with. One place, so that no system gets easier food than another: a thousand different
 * names, sets of attributes and headers take turns, so that no cache of a processor or a library holds them all.
 *
 * A fresh attributes object a span is part of what users do and pay for, in every system.
 */

/** How many spans are ended between two turns of the event loop: the batch of both batch processors. */
export const BATCH_SPANS = 512;

/** Operations of one call of a case that needs no flush. */
export const CALLS = 1000;

/** How many different inputs take turns. */
export const VARIANTS = 1000;

/** A list of that many inputs. */
export function variants(make) {
  return Array.from({ length: VARIANTS }, (_, turn) => make(turn));
}

/** Calls `operation` so many times, with the numbers of the inputs in turn, call after call. */
export function inTurn(operation) {
  let turn = 0;
  return (count) => {
    for (let call = 0; call < count; call++) {
      operation(turn);
      turn = turn === VARIANTS - 1 ? 0 : turn + 1;
    }
  };
}

const NOUNS = [
  'orders',
  'customers',
  'invoices',
  'parcels',
  'stocks',
  'prices',
  'carts',
  'refunds',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const PRODUCTS = ['curl', 'okhttp', 'axios', 'Mozilla', 'python-requests'];
const nounOf = (turn) => NOUNS[turn % NOUNS.length];

/** Names of server spans. */
export const SERVER_NAMES = variants((turn) =>
  flat(`${METHODS[turn & 3]} /${nounOf(turn)}/:id/v${turn}`),
);
/** Names of spans of an application's own work. */
export const WORK_NAMES = variants((turn) => flat(`reserve ${nounOf(turn)} ${turn}`));

export const PATHS = variants((turn) => flat(`/${nounOf(turn)}/${turn * 7919}`));
export const USER_AGENTS = variants((turn) =>
  flat(`${PRODUCTS[turn % PRODUCTS.length]}/${1 + (turn % 7)}.${turn % 31} (X11; Linux ${turn})`),
);

/** The four attributes of a server span that are known at its start; two more come at its end. */
export function requestAttributes(turn) {
  return {
    'http.request.method': METHODS[turn & 3],
    'url.path': PATHS[turn],
    'url.scheme': (turn & 7) === 0 ? 'http' : 'https',
    'server.port': 3000 + (turn & 15),
  };
}

/** The eight attributes of an exported span: strings short and long, numbers, a boolean, a list. */
export function exportedAttributes(turn) {
  return {
    'http.request.method': METHODS[turn & 3],
    'http.route': SERVER_NAMES[turn % VARIANTS],
    'url.path': PATHS[turn % VARIANTS],
    'http.response.status_code': (turn & 15) === 0 ? 404 : 200,
    'user_agent.original': USER_AGENTS[turn % VARIANTS],
    'order.total': 12.5 + turn,
    'order.express': (turn & 1) === 1,
    'order.items': ['A-1', 'B-2'],
  };
}

const TRACE_IDS = variants((turn) => digits(turn + 1, 32));
const SPAN_IDS = variants((turn) => digits(turn + 7, 16));

/** Remote span contexts, all sampled. */
export const SPAN_CONTEXTS = TRACE_IDS.map((traceId, turn) => ({
  traceId,
  spanId: SPAN_IDS[turn],
  traceFlags: 1,
}));

/** Headers of an incoming request as Node's HTTP server hands them over, with what browsers and proxies add. */
export function headersOf(turn, own) {
  const request = {
    host: 'localhost:3000',
    'user-agent': USER_AGENTS[turn],
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate',
    connection: 'keep-alive',
  };
  for (const [name, value] of Object.entries(own)) request[name] = flat(value);
  return request;
}

const carriers = (own) =>
  SPAN_CONTEXTS.map(({ traceId, spanId }, turn) => headersOf(turn, own(traceId, spanId)));

export const W3C_CARRIERS = carriers((traceId, spanId) => ({
  traceparent: `00-${traceId}-${spanId}-01`,
}));

export const W3C_UNSAMPLED_CARRIERS = carriers((traceId, spanId) => ({
  traceparent: `00-${traceId}-${spanId}-00`,
}));

export const W3C_CARRIERS_WITH_STATE = carriers((traceId, spanId) => ({
  traceparent: `00-${traceId}-${spanId}-01`,
  tracestate: `rojo=${spanId},congo=t61rcWkgMzE`,
}));

export const B3_CARRIERS = carriers((traceId, spanId) => ({ b3: `${traceId}-${spanId}-1` }));

export const B3_MULTI_CARRIERS = carriers((traceId, spanId) => ({
  'x-b3-traceid': traceId,
  'x-b3-spanid': spanId,
  'x-b3-sampled': '1',
}));

/** A string of its own, as a parser makes it: one that is put together from parts is slower to read. */
function flat(text) {
  return Buffer.from(text, 'latin1').toString('latin1');
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
