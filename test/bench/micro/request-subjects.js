import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { headersOf, PATHS, SPAN_CONTEXTS, variants } from './subjects.js';

/** An application has few routes and many different requests. */
const ROUTE_COUNT = 40;

export const ROUTES = Array.from({ length: ROUTE_COUNT }, (_, index) => ({
  template: `/resources${index}/:id`,
  functionName: `Resources${index}Controller.find`,
}));

/** @param flags of the callers' traces; undefined for requests of clients without tracing */
export function requestsWith(flags) {
  return variants((turn) => {
    const { traceId, spanId } = SPAN_CONTEXTS[turn];
    const isTraced = flags !== undefined;
    return {
      method: ['GET', 'POST', 'PUT', 'DELETE'][turn & 3],
      url: `${PATHS[turn]}${QUERIES[turn % QUERIES.length]}`,
      statusCode: [200, 200, 200, 201, 204, 404][turn % 6],
      socket: CONNECTIONS[turn % CONNECTIONS.length],
      route: ROUTES[turn % ROUTE_COUNT],
      headers: headersOf(turn, isTraced ? { traceparent: `00-${traceId}-${spanId}-${flags}` } : {}),
      attributes: ATTRIBUTE_SETS[turn],
    };
  });
}

/** The last ones have secrets. */
const QUERIES = ['', '', '?page=3', '?page=1&sort=price', '?token=s3cret&page=2', '?q=a%20b&sig=0'];

const KEYS = [
  'order.id',
  'customer.id',
  'cart.size',
  'price.total',
  'user.password',
  'stock.place',
];

/** What the application itself tells of its work: three attributes, whose keys differ too. */
const ATTRIBUTE_SETS = variants((turn) => ({
  [`${KEYS[turn % KEYS.length]}`]: `value ${turn}`,
  [`app.field${turn % 50}`]: turn,
  'app.express': (turn & 1) === 1,
}));

/** A connection that takes everything at once and carries it nowhere. */
class Connection extends Socket {
  constructor(index) {
    super();
    Object.defineProperty(this, 'pending', { value: false });
    Object.defineProperty(this, 'remoteAddress', { value: `10.1.${index}.7` });
    Object.defineProperty(this, 'remotePort', { value: 50_000 + index });
  }
}

const CONNECTIONS = Array.from({ length: 32 }, (_, index) => new Connection(index));

/** What tracing reads of Node's request. Node's own would cost more than the tracing. */
export class RequestDouble extends EventEmitter {
  httpVersion = '1.1';

  constructor({ method, url, headers, socket }) {
    super();
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.socket = socket;
  }
}

export class ResponseDouble extends EventEmitter {
  headersSent = true;
  writableEnded = true;
  writableFinished = true;
  errored = null;

  constructor({ statusCode, socket }) {
    super();
    this.statusCode = statusCode;
    this.socket = socket;
  }
}
