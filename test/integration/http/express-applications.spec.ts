import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  type DynamicModule,
  Get,
  type MiddlewareConsumer,
  Module,
  Next,
  RequestMethod,
} from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { ApplicationModule } from '../../../lib/testing/contracts/http-server/application/application.module.js';
import { ask, nextTrace } from '../../../lib/testing/contracts/http-server/ask.js';
import {
  type StartedApplication,
  type StartOptions,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { type ExpressHandler, express } from '../../support/express.js';

const EXPRESS = { name: 'Express', createAdapter: () => new ExpressAdapter() };

const answer: ExpressHandler = (_request, response) => response.send('answer');
const refuse: ExpressHandler = (_request, response) => response.status(401).send('refused');
const fail: ExpressHandler = (_request, _response, next) => next(new Error('failed'));

@Controller('passing')
class PassingController {
  @Get(':id')
  pass(@Next() next: () => void): void {
    next();
  }
}

/** Modules whose middleware ends all requests. */
function modulesWith(middleware: ExpressHandler, path: string, method: RequestMethod) {
  @Module({ controllers: [PassingController] })
  class EndingModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(middleware).forRoutes({ path, method });
    }
  }
  return (tracing: DynamicModule): DynamicModule => ({
    module: EndingModule,
    imports: [ApplicationModule.with(tracing)],
  });
}

describe('an application on Express', () => {
  let app: StartedApplication;
  let outer: Server | undefined;

  const start = async (options?: StartOptions, platform = EXPRESS): Promise<void> => {
    app = await startApplication(platform, options);
  };
  const traceOf = async (path: string, init?: RequestInit): Promise<string> =>
    (await ask(app, path, init)).trace;

  afterEach(async () => {
    await new Promise((resolve) => (outer === undefined ? resolve(0) : outer.close(resolve)));
    outer = undefined;
    await app.application.close();
    expect(app.warnings).toEqual([]);
    app.recorder.verify();
  });

  it('has spans for routes that existed before Nest', async () => {
    const instance = express();
    instance.get('/before/:id', answer);
    await start(undefined, {
      name: 'Express',
      createAdapter: () => new ExpressAdapter(instance),
    });
    expect(await traceOf('/before/7')).toBe(
      'GET /before/:id [server] http.response.status_code=200',
    );
    expect(await traceOf('/orders')).toContain('GET /orders [server]');
  });

  it('names routes of its routers, also if they fail', async () => {
    await start({
      configure: (application) => {
        const users = express.Router();
        const books = express.Router();
        books.get('/:bookId', answer);
        books.get('/:bookId/failing', fail);
        users.use('/:userId/books', books);
        application.use('/users', users);
      },
    });
    expect(await traceOf('/users/1/books/2')).toBe(
      'GET /users/:userId/books/:bookId [server] http.response.status_code=200',
    );
    expect(await traceOf('/users/1/books/2/failing')).toBe(
      'GET /users/:userId/books/:bookId/failing [server] error.type=Error http.response.status_code=500 ERROR "failed" exception Error',
    );
    expect(await traceOf('/users/1')).toBe('GET [server] http.response.status_code=404');
  });

  it('names mounted handlers that answer', async () => {
    await start({
      configure: (application) =>
        application.use('/graphql', (_request: never, response: never) =>
          setImmediate(() => answer(_request, response, () => {})),
        ),
    });
    expect(await traceOf('/graphql', { method: 'POST' })).toBe(
      'POST /graphql [server] http.response.status_code=200',
    );
  });

  it.each([
    ['orders/*path', RequestMethod.GET],
    ['orders/*path', RequestMethod.ALL],
    ['orders/:id', RequestMethod.GET],
    ['orders/:id', RequestMethod.ALL],
    ['orders/42', RequestMethod.ALL],
  ])('names no route for a middleware at %s (method %d) that answers', async (path, method) => {
    await start({ module: modulesWith(refuse, path, method) });
    expect(await traceOf('/orders/42')).toBe('GET [server] http.response.status_code=401');
  });

  it('names no route for a middleware below a global prefix that fails', async () => {
    await start({
      module: modulesWith(fail, 'orders/:id', RequestMethod.ALL),
      configure: (application) => application.setGlobalPrefix('api'),
    });
    expect(await traceOf('/api/orders/42')).toBe(
      'GET [server] error.type=Error http.response.status_code=500 ERROR "failed" exception Error',
    );
    expect(await traceOf('/api/nowhere')).toBe('GET [server] http.response.status_code=404');
  });

  it('names no route of a controller that has passed the request on', async () => {
    await start({ module: modulesWith(refuse, 'elsewhere', RequestMethod.ALL) });
    expect(await traceOf('/passing/7')).toBe('GET [server] http.response.status_code=404');
    app.application.use('/late', answer);
  });

  it('names the handler that answers after a controller has passed the request on', async () => {
    await start({ module: modulesWith(refuse, 'elsewhere', RequestMethod.ALL) });
    // Express calls it after the routes and before nothing else: Nest's own handler answers first.
    const { stack } = app.application.getHttpAdapter().getInstance().router;
    app.application.use(answer);
    stack.splice(stack.length - 3, 0, stack.pop());
    expect(await traceOf('/passing/7')).toBe('GET [server] http.response.status_code=200');
  });

  it('has complete paths and routes where it is mounted', async () => {
    await start({ tracing: { http: { server: { ignore: ['/tenants/7/health'] } } } });
    const around = express();
    around.use('/tenants/:tenant', app.application.getHttpAdapter().getInstance());
    const server = createServer(around as never);
    outer = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await (await fetch(`${url}/tenants/7/health`)).text();
    await (
      await fetch(`${url}/tenants/7/books/all/8`, { headers: { connection: 'close' } })
    ).text();
    const spans = await app.recorder.takeNextTrace();
    const span = spans[spans.length - 1];
    expect(span?.name).toBe('GET /tenants/:tenant/books/all/:id');
    expect(span?.attributes).toMatchObject({
      'code.function.name': 'BooksController.find',
      'http.route': '/tenants/:tenant/books/all/:id',
      'url.path': '/tenants/7/books/all/8',
    });
  });

  it('has spans for requests that another listener of its server answers, such as engine.io', async () => {
    await start();
    const server = app.application.getHttpServer() as Server;
    const listeners = server.listeners('request');
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      if (request.url?.startsWith('/socket.io/')) response.end('polled');
      else for (const listener of listeners) listener.call(server, request, response);
    });
    await (await fetch(`${app.url}/socket.io/?transport=polling`)).text();
    expect(await nextTrace(app)).toBe('GET [server] http.response.status_code=200');
    expect(await traceOf('/orders')).toContain('GET /orders [server]');
  });
});
