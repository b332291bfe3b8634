import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { RequestMethod, VersioningType } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { bridging, injecting } from './bridge.js';
import {
  AssetsController,
  HealthController,
  HostedController,
  ListsController,
  ShopModule,
  VersionedController,
} from './shapes.controller.js';
import { create, portOf, starting, startingWithout } from './start.js';
import type { Group, Platform } from './table.js';
import { ThingsController } from './things.controller.js';

const BOTH: readonly Platform[] = ['express', 'fastify'];

const shapes: Group = {
  name: 'shapes of routes',
  platforms: BOTH,
  start: starting({
    controllers: [HostedController, AssetsController, ListsController],
    imports: [ShopModule],
  }),
  // biome-ignore format: a table
  rows: [
    ['a host',                   'GET /hosted [Host: one.example.com]',  'GET /hosted 200'],
    ['another host',             'GET /hosted',                          'GET 404'],
    ['a wildcard',               'GET /assets/css/main.css',             { express: 'GET /assets/{*path} 200', fastify: 'GET /assets/* 200' }],
    ['RouterModule',             'GET /shop/7/orders/1',                 'GET /shop/:shop/orders/:id 200'],
    ['lists of paths',           'GET /first/one',                       'GET /first/one 200'],
    ['… the last ones',          'GET /second/two/1',                    'GET /second/two/:id 200'],
    ['… for all methods',        'PATCH /second/any',                    'PATCH /second/any 200'],
  ],
};

const globalPrefix: Group = {
  name: 'a global prefix',
  platforms: BOTH,
  start: starting({
    controllers: [ThingsController, HealthController],
    imports: [ShopModule],
    configure: (application) =>
      application.setGlobalPrefix('api', {
        exclude: ['health', { path: 'things/:id', method: RequestMethod.DELETE }],
      }),
  }),
  // biome-ignore format: a table
  rows: [
    ['a route below it',         'GET /api/things/1',                    'GET /api/things/:id 200'],
    ['… without it',             'GET /things/1',                        'GET 404'],
    ['… of RouterModule',        'GET /api/shop/7/orders/1',             'GET /api/shop/:shop/orders/:id 200'],
    ['an excluded route',        'GET /health',                          'GET /health 200'],
    ['… with the prefix',        'GET /api/health',                      'GET 404'],
    ['an excluded method',       'DELETE /things/1',                     'DELETE /things/:id 204'],
    ['unknown below it',         'GET /api/nowhere',                     'GET 404'],
  ],
};

const versionInUri: Group = {
  name: 'a version in the path',
  platforms: BOTH,
  start: starting({
    controllers: [VersionedController],
    configure: (application) =>
      application.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
  }),
  // biome-ignore format: a table
  rows: [
    ['the first',                'GET /api/v1/versioned/7',              'GET /api/v1/versioned/:id 200'],
    ['the second',               'GET /api/v2/versioned/7',              'GET /api/v2/versioned/:id 200'],
    ['an unknown one',           'GET /api/v3/versioned/7',              'GET 404'],
  ],
};

const versionInHeader: Group = {
  name: 'a version in a header',
  platforms: BOTH,
  attributes: ['code.function.name'],
  start: starting({
    controllers: [VersionedController],
    configure: (application) =>
      application.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }),
  }),
  // biome-ignore format: a table
  rows: [
    ['the first',                'GET /versioned/7 [X-Version: 1]',      'GET /versioned/:id 200 code.function.name=VersionedController.first'],
    ['the second',               'GET /versioned/7 [X-Version: 2]',      'GET /versioned/:id 200 code.function.name=VersionedController.second'],
    ['an unknown one',           'GET /versioned/7 [X-Version: 3]',      'GET 404 code.function.name=undefined'],
  ],
};

const versionInMediaType: Group = {
  name: 'a version in the media type',
  platforms: BOTH,
  attributes: ['code.function.name'],
  start: starting({
    controllers: [VersionedController],
    configure: (application) =>
      application.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=' }),
  }),
  // biome-ignore format: a table
  rows: [
    ['the first',                'GET /versioned/7 [Accept: text/plain;v=1]', 'GET /versioned/:id 200 code.function.name=VersionedController.first'],
    ['the second',               'GET /versioned/7 [Accept: text/plain;v=2]', 'GET /versioned/:id 200 code.function.name=VersionedController.second'],
    ['an unknown one',           'GET /versioned/7 [Accept: text/plain;v=3]', 'GET 404 code.function.name=undefined'],
  ],
};

const CLIENT = ['client.address', 'url.scheme', 'server.address'];
const FORWARDED =
  '[X-Forwarded-For: 203.0.113.9, 10.0.0.1] [X-Forwarded-Proto: https] [X-Forwarded-Host: shop.example]';

const behindProxy: Group = {
  name: 'a trusted proxy',
  platforms: BOTH,
  server: { trustProxy: true },
  attributes: CLIENT,
  start: starting({ controllers: [ThingsController] }),
  // biome-ignore format: a table
  rows: [
    ['X-Forwarded-*',            `GET /things/1 ${FORWARDED}`,           'GET /things/:id 200 client.address=203.0.113.9 url.scheme=https server.address=shop.example'],
    ['Forwarded',                'GET /things/1 [Forwarded: for="203.0.113.9:80";proto=https]', 'GET /things/:id 200 client.address=203.0.113.9 url.scheme=https server.address=127.0.0.1'],
    ['no header',                'GET /things/1',                        'GET /things/:id 200 client.address=127.0.0.1 url.scheme=http server.address=127.0.0.1'],
  ],
};

const withoutProxy: Group = {
  name: 'no trusted proxy',
  platforms: BOTH,
  attributes: CLIENT,
  start: starting({ controllers: [ThingsController] }),
  // biome-ignore format: a table
  rows: [
    ['X-Forwarded-*',            `GET /things/1 ${FORWARDED}`,           'GET /things/:id 200 client.address=127.0.0.1 url.scheme=http server.address=127.0.0.1'],
  ],
};

interface Response {
  status(code: number): Response;
  send(body: string): unknown;
}
type Next = (error?: unknown) => void;
interface Router {
  (request: never, response: never, next?: Next): void;
  get(
    path: string,
    handler: (request: unknown, response: Response, next: Next) => unknown,
  ): unknown;
  use(path: string, handler: unknown): unknown;
}
// Express comes with Nest's platform. This module also runs as CommonJS.
const express: { (): Router; Router(): Router } = createRequire(
  join(process.cwd(), 'package.json'),
)('express');

/** Before version 2.3, Express does not tell the paths of routers with parameters. */
const tellsMounts: boolean = (() => {
  const router = express.Router() as Router & { stack: { match(path: string): unknown }[] };
  router.use('/a', () => {});
  return typeof router.stack[0]?.match('/a') === 'object';
})();

const answer = (_request: unknown, response: Response): unknown => response.send('answer');
const fail = (_request: unknown, _response: Response, next: Next): void =>
  next(new Error('broken'));

const expressRoutes: Group = {
  name: 'routes of an Express application around and beside Nest',
  platforms: ['express'],
  async start(platform, tracing) {
    const existing = express();
    existing.get('/before/:id', answer);
    existing.get('/before/:id/failing', fail);
    const adapter = new ExpressAdapter(existing);
    const books = express.Router();
    books.get('/:bookId', answer);
    books.get('/:bookId/failing', fail);
    const users = express.Router();
    users.use('/:userId/books', books);
    const mounted = express();
    mounted.get('/any/:id', answer);
    return starting({
      controllers: [ThingsController],
      adapter,
      configure: (application) =>
        application.use('/users', users).use('/mounted', mounted).use('/graphql', answer),
    })(platform, tracing);
  },
  // biome-ignore format: a table
  rows: [
    ['a route before Nest',      'GET /before/1',                        'GET /before/:id 200'],
    ['… that fails',             'GET /before/1/failing',                'GET /before/:id/failing 500 error=Error "broken" (exception Error "broken")'],
    ['a route of Nest',          'GET /things/1',                        'GET /things/:id 200'],
    ['an unknown route',         'GET /nowhere',                         'GET 404'],
    ['nested routers',           'GET /users/1/books/2',                 tellsMounts ? 'GET /users/:userId/books/:bookId 200' : 'GET 200'],
    ['… that fail',              'GET /users/1/books/2/failing',         tellsMounts ? 'GET /users/:userId/books/:bookId/failing 500 error=Error "broken" (exception Error "broken")' : 'GET 500 error=Error "broken" (exception Error "broken")'],
    ['a mounted handler',        'POST /graphql {}',                     'POST /graphql 200'],
    ['a mounted application',    'GET /mounted/any/1',                   'GET /mounted 200'],
  ],
};

const mountedNest: Group = {
  name: 'an application that is mounted in another one',
  platforms: ['express'],
  async start(platform, tracing) {
    const application = await create(platform, tracing, { controllers: [ThingsController] });
    await application.init();
    const around = express();
    around.use('/tenant', application.getHttpAdapter().getInstance());
    const server = createServer(around as never).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const stop = (): Promise<unknown> => new Promise((resolve) => server.close(resolve));
    return { application, port: portOf(server), stop };
  },
  // biome-ignore format: a table
  rows: [
    ['a route',                  'GET /tenant/things/1',                 'GET /tenant/things/:id 200'],
    ['a failing route',          'GET /tenant/fails',                    'GET /tenant/fails 500 error=StockError "no stock" (exception StockError "no stock")'],
    ['an unknown route',         'GET /tenant/nowhere',                  'GET 404'],
  ],
};

const serverless: Group = {
  name: 'an application that does not listen',
  platforms: BOTH,
  attributes: ['url.scheme'],
  start: startingWithout({ controllers: [ThingsController] }),
  // biome-ignore format: a table
  rows: [
    ['200',                      bridging('GET /things/1'),              'GET /things/:id 200 url.scheme=https'],
    ['a body',                   bridging('POST /things {"id":1}'),      'POST /things 201 url.scheme=https'],
    ['404',                      bridging('GET /nowhere'),               'GET 404 url.scheme=https'],
    ['500',                      bridging('GET /fails'),                 'GET /fails 500 error=StockError "no stock" (exception StockError "no stock") url.scheme=https'],
  ],
};

const injected: Group = {
  name: 'inject',
  platforms: ['fastify'],
  loadsEsModules: true,
  start: startingWithout({ controllers: [ThingsController] }),
  // biome-ignore format: a table
  rows: [
    ['200',                      injecting('GET /things/1'),             'GET /things/:id 200'],
    ['a body',                   injecting('POST /things {"id":1}'),     'POST /things 201'],
    ['404',                      injecting('GET /nowhere'),              'GET 404'],
    ['500',                      injecting('GET /fails'),                'GET /fails 500 error=StockError "no stock" (exception StockError "no stock")'],
  ],
};

export const ROUTING_GROUPS: readonly Group[] = [
  shapes,
  globalPrefix,
  versionInUri,
  versionInHeader,
  versionInMediaType,
  behindProxy,
  withoutProxy,
  expressRoutes,
  mountedNest,
  serverless,
  injected,
];
