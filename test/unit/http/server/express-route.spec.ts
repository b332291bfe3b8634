import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpServerHandler } from '../../../../lib/http/server/index.js';
import { hookServer } from '../../../../lib/nest/http/platform-hooks.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import {
  type ExpressApplication,
  type ExpressHandler,
  type ExpressPath,
  type ExpressRouter,
  express,
} from '../../../support/express.js';
import { pick, randomOfSeed } from '../../../support/random-of-seed.js';

const { tracer, recorder } = createTestTracing();
let server: Server | undefined;

afterEach(async () => {
  await stop();
  recorder.verify();
});

/** Starts a server that traces an Express application, and returns a function that sends requests. */
async function serve(app: ExpressApplication): Promise<(path: string) => Promise<ReadableSpan>> {
  // Otherwise Express prints errors.
  app.use(
    (
      _error: unknown,
      _request: unknown,
      response: { statusCode: number; end(): void },
      _next: unknown,
    ) => {
      response.statusCode = 500;
      response.end();
    },
  );
  const created = createServer(app as never);
  server = created;
  hookServer(created, new HttpServerHandler(tracer));
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  const { port } = created.address() as AddressInfo;
  return async (path) => {
    await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    const [span] = await recorder.takeNextTrace();
    return span as ReadableSpan;
  };
}

async function stop(): Promise<void> {
  const running = server;
  server = undefined;
  if (running === undefined) return;
  running.closeAllConnections();
  await new Promise((resolve) => running.close(resolve));
}

async function nameOf(app: ExpressApplication, path: string): Promise<string> {
  const ask = await serve(app);
  const { name } = await ask(path);
  await stop();
  return name;
}

const answer: ExpressHandler = (_request, response) => response.send('answer');
const answerLater: ExpressHandler = (_request, response) =>
  setImmediate(() => response.send('answer'));
const pass: ExpressHandler = (_request, _response, next) => next();
const fail: ExpressHandler = (_request, _response, next) => next(new Error('failed'));
const failLater: ExpressHandler = async () => {
  await Promise.resolve();
  throw new Error('failed');
};

/** An application with a route below two routers. */
function nested(handler: ExpressHandler, outer: ExpressPath): ExpressApplication {
  const app = express();
  const users = express.Router();
  const books = express.Router({ mergeParams: true });
  books.get('/:bookId', handler);
  users.use('/:userId/books', books);
  app.use(outer, users);
  return app;
}

describe('the name of a request to a route of Express', () => {
  it.each<[string, ExpressPath, string, string]>([
    ['routers', '/users', '/users/1/books/2', 'GET /users/:userId/books/:bookId'],
    [
      'a path with a final slash',
      '/users/',
      '/users/1/books/2',
      'GET /users/:userId/books/:bookId',
    ],
    ['a router without a path', '/', '/1/books/2', 'GET /:userId/books/:bookId'],
    [
      'a list of paths',
      ['/people', '/users'],
      '/users/1/books/2',
      'GET /users/:userId/books/:bookId',
    ],
    ['a parameter', '/:kind', '/users/1/books/2', 'GET /:kind/:userId/books/:bookId'],
    [
      'a regular expression',
      /^\/u[a-z]+/,
      '/users/1/books/2',
      'GET /^\\/u[a-z]+//:userId/books/:bookId',
    ],
    ['a path in another case', '/users', '/USERS/1/BOOKS/2', 'GET /users/:userId/books/:bookId'],
    ['a path with a query', '/users', '/users/1/books/2?a=/b', 'GET /users/:userId/books/:bookId'],
  ])('contains the templates of all routers, below %s', async (_, outer, path, name) => {
    for (const handler of [answer, answerLater, fail, failLater]) {
      expect(await nameOf(nested(handler, outer), path)).toBe(name);
    }
  });

  it('contains the pattern that matched, of a route with several', async () => {
    const app = express();
    app.get(['/a/:id', '/b/:id'], answer);
    expect(await nameOf(app, '/b/7')).toBe('GET /b/:id');
  });

  it('contains no route that has passed the request on', async () => {
    const app = express();
    const users = express.Router();
    users.get('/:userId', pass);
    app.use('/users', users);
    app.use(answer);
    expect(await nameOf(app, '/users/1')).toBe('GET');
  });

  it('contains the path of a mounted handler that answers', async () => {
    const app = express();
    app.get('/:anything', pass);
    app.use('/:tenant', pass);
    app.use('/graphql', answerLater);
    expect(await nameOf(app, '/graphql')).toBe('GET /graphql');
    expect(await nameOf(app, '/graphql/sub/1')).toBe('GET /graphql');
  });

  it('contains the path of a router whose own middleware answers', async () => {
    const app = express();
    const router = express.Router();
    router.use(answer);
    app.use('/tenants/:tenant', router);
    expect(await nameOf(app, '/tenants/7/x')).toBe('GET /tenants/:tenant');
  });

  it('contains nothing of mounted handlers with different templates, of which any can have answered', async () => {
    const app = express();
    app.use('/:tenant', pass);
    app.use('/:customer', answer);
    expect(await nameOf(app, '/7')).toBe('GET');
  });

  it('contains nothing of a mounted application whose routers are not visible', async () => {
    const app = express();
    const inner = express();
    const router = express.Router();
    router.get('/:id', answer);
    inner.use('/items/:group', router);
    app.use('/tenants/:tenant', inner as never);
    expect(await nameOf(app, '/tenants/1/items/2/3')).toBe('GET');
  });

  it.each(['/{*path}', '/*path'])('contains no route for all paths such as %s', async (path) => {
    const app = express();
    app.get(path, answer);
    expect(await nameOf(app, '/x/1')).toBe('GET');
    const mounted = express();
    mounted.use(path, answer);
    expect(await nameOf(mounted, '/x/1')).toBe('GET');
  });

  it('survives routers that contain themselves', async () => {
    const app = express();
    const router = express.Router();
    router.get('/end/:id', answer);
    router.use('/a', router);
    app.use('/start', router);
    expect(await nameOf(app, '/start/a/a/end/1')).toBe('GET /start/a/a/end/:id');
  });

  it.each([
    ['names routers without parameters', '/API', '/Api/2', 'GET /api/:bookId'],
    ['omits routes below routers with parameters', '/:tenant', '/x/2', 'GET'],
    ['omits routes below regular expressions', /^\/x\d/, '/x7/2', 'GET'],
  ])('on `router` 2.2, which keeps no patterns, %s', async (_, outer, path, name) => {
    const app = express();
    const router = express.Router();
    router.get('/:bookId', (_request, response) => {
      forgetPatterns(app.router);
      response.send('answer');
    });
    app.use(outer, router);
    expect(await nameOf(app, path)).toBe(name);
  });
});

/** Makes layers like those of `router` 2.2. They cannot route requests any more. */
function forgetPatterns({ stack }: ExpressRouter): void {
  for (const layer of stack) {
    const match = layer.match as (path: string) => false | { path: string; params: object };
    layer.match = (path: string) => {
      const found = match.call(layer, path);
      if (found === false) return false;
      Object.assign(layer, { path: found.path, keys: Object.keys(found.params) });
      return true;
    };
    const { handle } = layer as { handle: ExpressRouter };
    if (Array.isArray(handle.stack)) forgetPatterns(handle);
  }
}

describe('the names of requests to random routers', () => {
  /** The value of each parameter in the requests: no name may contain it. */
  const VALUE = 'secret7';
  const SEGMENTS = ['/a', '/b/c', '/:x', '/a/:x', '/:x/b', '/:x-:y', '/{o/}a', '/*rest', '/a.:x'];

  interface Tree {
    readonly app: ExpressApplication;
    /** Paths that reach some layer. */
    readonly paths: string[];
  }

  /** The template whose handler answered or failed last; undefined for a middleware at the root. */
  let answered: { template: string | undefined; isRoute: boolean } | undefined;

  function createTree(seed: number): Tree {
    const random = randomOfSeed(seed);
    const paths: string[] = [];
    let names = 0;
    /** A segment whose parameters have names of their own. */
    const segment = (): string =>
      pick(random, SEGMENTS).replace(/[xy]|rest/g, (name) => `${name}${names++}`);
    const behaviour = (template: string | undefined, isRoute: boolean): ExpressHandler => {
      const act = pick(random, [answer, answer, answerLater, pass, pass, fail, failLater]);
      if (act === pass) return (...values) => pass(...values);
      return (...values) => {
        answered = { template, isRoute };
        return act(...values);
      };
    };
    const fill = (
      router: ExpressRouter | ExpressApplication,
      prefix: string,
      depth: number,
    ): void => {
      for (let count = 0; count < 4; count++) {
        const path = segment();
        const template = prefix + path;
        paths.push(template);
        switch (
          pick(random, ['route', 'route', 'router', 'router', 'handler', 'middleware', 'all'])
        ) {
          case 'route':
            router.get(path, behaviour(template, true));
            break;
          case 'all':
            router.all(path, behaviour(undefined, false), behaviour(template, true));
            break;
          case 'router': {
            if (depth === 3) break;
            const inner = express.Router({ mergeParams: random() < 0.5 });
            fill(inner, template, depth + 1);
            router.use(path, inner);
            break;
          }
          case 'handler':
            router.use(path, behaviour(template, false));
            break;
          default:
            if (random() < 0.3) router.use(behaviour(undefined, false));
            else router.use(pass);
        }
      }
    };
    const app = express();
    fill(app, '', 0);
    return { app, paths };
  }

  function concrete(template: string): string {
    const path = template.replace(/[:*][a-z]+\d+/g, VALUE).replace(/\{(.*?)\}/g, '$1');
    return path.replace(/\/\//g, '/');
  }

  it('never contain values of parameters, and are the templates of the routes that handled them', async () => {
    let compared = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const { app, paths } = createTree(seed);
      const ask = await serve(app);
      for (const path of paths.slice(0, 30)) {
        answered = undefined;
        const requested = concrete(path);
        const { name, attributes } = await ask(requested);
        const text = `seed ${seed}: ${requested} is ${name}, answered by ${JSON.stringify(answered)}`;
        expect(`${text}, ${name}, ${attributes['http.route']}`).not.toMatch(/ is [^,]*secret/);
        const handler = answered as { template: string | undefined; isRoute: boolean } | undefined;
        if (handler?.isRoute && handler.template !== undefined && !isCatchAll(handler.template)) {
          compared++;
          expect(`${text}`).toContain(` is GET ${handler.template},`);
        }
      }
      await stop();
    }
    expect(compared).toBeGreaterThan(100);
  }, 60_000);

  function isCatchAll(template: string): boolean {
    return /^\/\*\w+$/.test(template);
  }
});
