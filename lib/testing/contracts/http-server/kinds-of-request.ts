import { dedent } from '../../dedent.js';
import { json } from './ask.js';

/** Correct differences between platforms. */
export interface HttpServerFacts {
  /**
   * True if the platform finds the route before it reads the body, as Fastify does. Then the span of a
   * request with an invalid body has a route.
   */
  readonly findsRouteBeforeBody: boolean;
  /**
   * The exception for the body `{"id":`, which is not JSON: its class and its message in quotation marks.
   * Express: `BadRequestException "Unexpected end of JSON input"`.
   */
  readonly malformedJsonException: string;
  /**
   * True if Nest's exception layer handles a path that cannot be decoded, as on Express. False if the platform
   * answers before Nest.
   */
  readonly throwsForMalformedPath: boolean;
}

/** A kind of request, how it is answered and its whole trace. */
export interface KindOfRequest {
  readonly kind: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly trace: string;
}

/** Each kind of request that an application meets. */
export function kindsOfRequest(facts: HttpServerFacts): KindOfRequest[] {
  const server = (name: string, handler: string, status: number): string =>
    `${name} [server] code.function.name=${handler} http.response.status_code=${status}`;
  return [
    {
      kind: 'a success',
      path: '/orders/42',
      status: 200,
      trace: dedent`
        ${server('GET /orders/:id', 'OrdersController.find', 200)}
          load order
      `,
    },
    {
      kind: 'a body',
      path: '/orders',
      init: json('{"id":"7"}'),
      status: 201,
      trace: dedent`
        ${server('POST /orders', 'OrdersController.place', 201)}
          pipe
          load order
      `,
    },
    {
      kind: 'a body that is no JSON',
      path: '/orders',
      init: json('{"id":'),
      status: 400,
      trace: facts.findsRouteBeforeBody
        ? `${server('POST /orders', 'OrdersController.place', 400)} exception ${facts.malformedJsonException}`
        : `POST [server] http.response.status_code=400 exception ${facts.malformedJsonException}`,
    },
    {
      kind: 'an unknown route',
      path: '/nowhere',
      status: 404,
      trace: 'GET [server] http.response.status_code=404',
    },
    {
      kind: 'a method that the route has not',
      path: '/orders',
      init: { method: 'PUT' },
      status: 404,
      trace: 'PUT [server] http.response.status_code=404',
    },
    {
      kind: 'a path that cannot be decoded',
      path: '/orders/%zz',
      status: 400,
      trace: facts.throwsForMalformedPath
        ? `GET [server] http.response.status_code=400 exception BadRequestException "Failed to decode param '%zz'"`
        : 'GET [server] http.response.status_code=400',
    },
    {
      kind: 'a refusal by a guard',
      path: '/orders/refused/guard',
      status: 403,
      trace: dedent`
        ${server('GET /orders/refused/guard', 'OrdersController.refused', 403)} exception ForbiddenException "Forbidden resource"
          guard
      `,
    },
    {
      kind: 'a refusal by a pipe',
      path: '/orders/numbered/x',
      status: 400,
      trace: `${server('GET /orders/numbered/:number', 'OrdersController.numbered', 400)} exception BadRequestException "Validation failed (numeric string is expected)"`,
    },
    ...['sync', 'async', 'observable'].map((way) => ({
      kind: `an error of a handler, ${way}`,
      path: `/orders/fails/${way}`,
      status: 500,
      trace: failed(`GET /orders/fails/${way}`, `fail${capitalised(way)}`, 500, 'StockError'),
    })),
    {
      kind: 'an error that a span inside has recorded',
      path: '/orders/fails/in-a-span',
      status: 500,
      trace: dedent`
        ${failed('GET /orders/fails/in-a-span', 'failInSpan', 500, 'StockError').replace(' exception StockError', '')}
          reserve error.type=StockError ERROR "no stock" exception StockError
      `,
    },
    {
      kind: 'something thrown that is no error',
      path: '/orders/fails/string',
      status: 500,
      trace: failed('GET /orders/fails/string', 'failWithString', 500, 'string'),
    },
    {
      kind: 'an exception that says 4xx',
      path: '/orders/fails/4xx',
      status: 409,
      trace: `${server('GET /orders/fails/4xx', 'OrdersController.conflict', 409)} exception ConflictException "taken"`,
    },
    {
      kind: 'an exception that says 5xx',
      path: '/orders/fails/5xx',
      status: 503,
      trace: failed(
        'GET /orders/fails/5xx',
        'unavailable',
        503,
        'ServiceUnavailableException',
        'closed',
      ),
    },
    {
      kind: 'an answer of 5xx without an exception',
      path: '/orders/answers/5xx',
      status: 502,
      trace:
        'GET /orders/answers/5xx [server] code.function.name=OrdersController.badGateway error.type="502" http.response.status_code=502 ERROR',
    },
    {
      kind: 'a CORS preflight',
      path: '/orders',
      init: {
        method: 'OPTIONS',
        headers: { origin: 'http://shop.example', 'access-control-request-method': 'POST' },
      },
      status: 204,
      trace: 'OPTIONS [server] http.response.status_code=204',
    },
    {
      kind: 'HEAD',
      path: '/orders/42',
      init: { method: 'HEAD' },
      status: 200,
      trace: dedent`
        ${server('HEAD /orders/:id', 'OrdersController.find', 200)}
          load order
      `,
    },
    {
      kind: 'middleware',
      path: '/books/all',
      status: 200,
      trace: dedent`
        ${server('GET /books/all', 'BooksController.list', 200)}
          middleware
      `,
    },
    {
      kind: 'an error of middleware',
      path: '/books/all?fail=middleware',
      status: 500,
      trace:
        'GET [server] error.type=Error http.response.status_code=500 ERROR "middleware failed" exception Error',
    },
    {
      kind: 'a handler that two controllers inherit',
      path: '/films/all',
      status: 200,
      trace: server('GET /films/all', 'FilmsController.list', 200),
    },
    {
      kind: 'a handler that overrides an inherited one',
      path: '/books/all/1',
      status: 200,
      trace: dedent`
        ${server('GET /books/all/:id', 'BooksController.find', 200)}
          middleware
      `,
    },
    {
      kind: 'a controller made for each request',
      path: '/scoped/1',
      status: 200,
      trace: server('GET /scoped/:id', 'RequestScopedController.find', 200),
    },
    {
      kind: 'an error of a controller made for each request',
      path: '/scoped/fails/now',
      status: 500,
      trace:
        'GET /scoped/fails/now [server] code.function.name=RequestScopedController.fail error.type=Error http.response.status_code=500 ERROR "scoped failure" exception Error',
    },
    {
      kind: 'a handler with several paths',
      path: '/second/two/1',
      status: 200,
      trace: server('GET /second/two/:id', 'SeveralPathsController.find', 200),
    },
    {
      kind: 'a handler for all methods',
      path: '/first/any',
      init: { method: 'DELETE' },
      status: 200,
      trace: server('DELETE /first/any', 'SeveralPathsController.any', 200),
    },
    {
      kind: 'a route of another host',
      path: '/hosted',
      status: 404,
      trace: 'GET [server] http.response.status_code=404',
    },
  ];
}

function failed(
  name: string,
  method: string,
  status: number,
  type: string,
  message = 'no stock',
): string {
  return (
    `${name} [server] code.function.name=OrdersController.${method} error.type=${type} ` +
    `http.response.status_code=${status} ERROR "${message}" exception ${type}`
  );
}

function capitalised(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
