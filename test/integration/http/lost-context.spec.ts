import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { getBaggage, withBaggage } from '../../../lib/baggage/index.js';
import { ask, nextTrace } from '../../../lib/testing/contracts/http-server/ask.js';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { Tracer } from '../../../lib/trace/index.js';
import { CallbackPool } from './application/callback-pool.js';
import { PLATFORMS } from './application/platforms.js';

type Next = (error?: unknown) => void;

let pool: CallbackPool;
beforeAll(() => {
  pool = new CallbackPool();
});
afterAll(() => pool.close());

function loseContext(_request: unknown, _response: unknown, next: Next): void {
  pool.run(next);
}

function loseContextAndFail(_request: unknown, _response: unknown, next: Next): void {
  pool.run(() => next(new Error('store failed')));
}

function loseContextAndThrow(): Promise<never> {
  return new Promise((_resolve, reject) => pool.run(() => reject(new Error('store failed'))));
}

function setTenant(_request: unknown, _response: unknown, next: Next): void {
  withBaggage({ tenant: 'one' }, next);
}

@Injectable()
class TracedGuard implements CanActivate {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  canActivate(): boolean {
    return this.tracer.trace('guard', () => true);
  }
}

interface PlatformRequest extends NodeJS.ReadableStream {
  readonly raw?: NodeJS.ReadableStream;
}
interface PlatformResponse {
  readonly raw?: PlatformResponse;
  on(event: string, listener: () => void): unknown;
  end(text: string): unknown;
}

@Controller('lossy')
@UseGuards(TracedGuard)
class LossyController {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  @Get('found/:id')
  find(): string {
    return this.tracer.trace('find', () => String(getBaggage('tenant')));
  }

  @Get('failing')
  fail(): never {
    throw new Error('handler failed');
  }

  @Get('never')
  wait(@Req() request: PlatformRequest, @Res() response: PlatformResponse): void {
    const streams = { request: request.raw ?? request, response: response.raw ?? response };
    for (const [name, stream] of Object.entries(streams)) {
      stream.on('close', () => this.tracer.startSpan(`${name} closed`).end());
    }
    streams.request.on('error', () => this.tracer.startSpan('request failed').end());
    streams.request.on('aborted', () => this.tracer.startSpan('request aborted').end());
  }

  @Post('stream')
  read(@Req() request: PlatformRequest, @Res() response: PlatformResponse): void {
    const stream = request.raw ?? request;
    let chunks = 0;
    stream.on('data', () => {
      if (chunks++ < 2) this.tracer.startSpan('data').end();
    });
    stream
      .pipe(new PassThrough())
      .resume()
      .on('end', () => this.tracer.startSpan('part').end());
    stream.on('end', () => {
      this.tracer.startSpan('end').end();
      (response.raw ?? response).end('read');
    });
  }
}

function moduleWith(...middleware: unknown[]) {
  @Module({ controllers: [LossyController], providers: [TracedGuard] })
  class LossyModule {
    configure(consumer: MiddlewareConsumer): void {
      if (middleware.length > 0) consumer.apply(...(middleware as never[])).forRoutes('*path');
    }
  }
  return (tracing: DynamicModule): DynamicModule => ({ module: LossyModule, imports: [tracing] });
}

describe.each(PLATFORMS)('a context that is lost on $name', (platform) => {
  let app: StartedApplication;

  afterEach(async () => {
    await app.application.close();
    expect(app.warnings).toEqual([]);
    app.recorder.verify();
  });

  it.each([
    ['a middleware of Nest', true],
    ['a middleware of the platform', false],
  ])('by %s is entered again for guards and handlers', async (_, isOfNest) => {
    app = await startApplication(platform, {
      module: isOfNest ? moduleWith(loseContext) : moduleWith(),
      configure: (application) => {
        if (!isOfNest) application.use(loseContext);
      },
    });
    expect((await ask(app, '/lossy/found/1')).trace).toBe(
      'GET /lossy/found/:id [server] code.function.name=LossyController.find http.response.status_code=200\n' +
        '  guard\n  find',
    );
    expect((await ask(app, '/lossy/failing')).trace).toBe(
      'GET /lossy/failing [server] code.function.name=LossyController.fail error.type=Error ' +
        'http.response.status_code=500 ERROR "handler failed" exception Error\n  guard',
    );
    expect((await ask(app, '/nowhere')).trace).toBe('GET [server] http.response.status_code=404');
  });

  it.each([
    ['passes an error on', loseContextAndFail],
    ['rejects', loseContextAndThrow],
  ])('by a middleware of Nest that %s: the exception is recorded', async (_, middleware) => {
    app = await startApplication(platform, { module: moduleWith(middleware) });
    expect((await ask(app, '/lossy/found/1')).trace).toBe(
      'GET [server] error.type=Error http.response.status_code=500 ERROR "store failed" exception Error',
    );
  });

  it('keeps the baggage that an earlier middleware has set', async () => {
    app = await startApplication(platform, { module: moduleWith(setTenant, loseContext) });
    const { body, trace } = await ask(app, '/lossy/found/1');
    expect(body).toBe('one');
    expect(trace).toContain('\n  find');
  });

  it('by the connection is active in listeners of the request and the response', async () => {
    app = await startApplication(platform, { module: moduleWith() });
    const socket = connect(app.port, '127.0.0.1');
    socket.write('GET /lossy/never HTTP/1.1\r\nHost: a\r\n\r\n');
    await app.recorder.takeNextSpans(1);
    socket.destroy();
    const spans = await app.recorder.takeNextSpans(5);
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(spans.map(({ name }) => name).sort()).toEqual([
      'GET /lossy/never',
      'request aborted',
      'request closed',
      'request failed',
      'response closed',
    ]);
  });

  it('by the connection is active in listeners of the body', async () => {
    app = await startApplication(platform, {
      module: moduleWith(),
      configure: (application) => {
        if (platform.name !== 'Fastify') return;
        const fastify: FastifyInstance = application.getHttpAdapter().getInstance();
        fastify.addContentTypeParser('application/octet-stream', (_request, payload, done) =>
          done(null, payload),
        );
      },
    });
    const body = new ReadableStream({
      async start(controller) {
        for (let count = 0; count < 3; count++) {
          controller.enqueue(new TextEncoder().encode('x'.repeat(70_000)));
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        controller.close();
      },
    });
    const { trace } = await ask(app, '/lossy/stream', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
      duplex: 'half',
    } as RequestInit);
    expect(trace.split('\n').sort()).toEqual([
      '  data',
      '  data',
      '  end',
      '  guard',
      '  part',
      'POST /lossy/stream [server] code.function.name=LossyController.read http.response.status_code=201',
    ]);
  });
});

describe('a context that is lost by a hook of Fastify', () => {
  let app: StartedApplication;

  afterEach(async () => {
    await app.application.close();
    app.recorder.verify();
  });

  it.each(['preParsing', 'preValidation', 'preHandler'])(
    '%s is entered again for guards and handlers',
    async (hook) => {
      app = await startApplication(
        { name: 'Fastify', createAdapter: () => new FastifyAdapter() },
        {
          module: moduleWith(),
          configure: (application) => {
            const fastify: FastifyInstance = application.getHttpAdapter().getInstance();
            fastify.addHook(hook as 'preHandler', (_request, _reply, ...values: unknown[]) => {
              pool.run(values[values.length - 1] as () => void);
            });
          },
        },
      );
      expect((await ask(app, '/lossy/found/1')).trace).toContain('\n  guard\n  find');
      expect((await ask(app, '/lossy/failing')).trace).toContain('exception Error');
    },
  );
});

describe('a request over HTTP/2', () => {
  let app: StartedApplication;

  beforeAll(async () => {
    app = await startApplication(
      { name: 'Fastify', createAdapter: () => new FastifyAdapter({ http2: true } as never) },
      { module: moduleWith() },
    );
  });
  afterEach(() => app.recorder.verify());
  afterAll(() => app.application.close());

  it('has a span', async () => {
    const session = connectHttp2(app.url);
    const stream = session.request({ ':path': '/lossy/found/1' }).resume();
    await new Promise((resolve) => stream.on('close', resolve));
    session.close();
    expect(await nextTrace(app)).toBe(
      'GET /lossy/found/:id [server] code.function.name=LossyController.find http.response.status_code=200\n' +
        '  guard\n  find',
    );
  });

  it.each(['RST_STREAM', 'the end of its session'])('is aborted by %s', async (end) => {
    const session = connectHttp2(app.url);
    session.on('error', () => {});
    const stream = session.request({ ':path': '/lossy/never' });
    stream.on('error', () => {});
    await app.recorder.takeNextSpans(1);
    if (end === 'RST_STREAM') stream.close(8);
    else session.destroy();
    const spans = await app.recorder.takeNextSpans(4);
    session.destroy();
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(spans.map(({ name, events }) => [name, ...events.map((event) => event.name)])).toEqual(
      expect.arrayContaining([
        ['GET /lossy/never', 'request aborted'],
        ['request aborted'],
        ['request closed'],
        ['response closed'],
      ]),
    );
  });
});
