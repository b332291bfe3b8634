import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dedent, traceAsText } from 'nestjs-traced/testing';
import { json } from '../../../lib/testing/contracts/http-server/ask.js';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { DeskModule } from './application/desk.module.js';
import { GlobalGuard, GlobalInterceptor, InstancePipe } from './application/enhancers.js';

const GUARDS = `
  ApplicationGuard.canActivate
    load user
  GlobalGuard.canActivate`;

describe.each(PLATFORMS)('the lifecycle of requests on $name', (platform) => {
  let started: StartedApplication;

  beforeEach(async () => {
    started = await startApplication(platform, {
      module: DeskModule.with,
      tracing: { lifecycle: 'all' },
      configure: (application) =>
        application
          .useGlobalGuards(new GlobalGuard())
          .useGlobalPipes(new InstancePipe())
          .useGlobalInterceptors(new GlobalInterceptor()),
    });
  });

  afterEach(async () => {
    await started.application.close();
    expect(started.warnings).toEqual([]);
    started.recorder.verify();
  });

  const ask = async (path: string, init?: RequestInit): Promise<string> => {
    const response = await fetch(started.url + path, init);
    const status = response.status;
    await response.text();
    const spans = await started.recorder.takeNextTrace();
    return `${status} ${traceAsText(spans, { attributes: ['error.type'] })}`;
  };

  it('has a span for each part, and their work is inside', async () => {
    expect(await ask('/desk/7')).toBe(dedent`
      200 GET /desk/:id [server]
        ClassMiddleware.use
          load session
        functionalMiddleware
        ApplicationGuard.canActivate
          load user
        GlobalGuard.canActivate
        ObservableGuard.canActivate
        GlobalInterceptor.intercept
          MappingInterceptor.intercept
            before
            InstancePipe.transform
            ParseIntPipe.transform
            InstancePipe.transform
            DeskController.find
              find
            after
    `);
  });

  it('says which handler, parameter and decision each part belongs to', async () => {
    await fetch(`${started.url}/desk/7`);
    const spans = await started.recorder.takeNextTrace();
    const isOurs = (key: string): boolean => key.startsWith('nestjs.') || key.startsWith('code.');
    const lines = traceAsText(spans, { attributes: isOurs, events: true }).split('\n');
    const handler = 'nestjs.callback=find nestjs.controller=DeskController';
    const shown = (name: string): (string | undefined)[] =>
      lines.filter((line) => line.includes(`${name} `)).map((line) => line.trim());
    expect(shown('ClassMiddleware.use')).toEqual(['ClassMiddleware.use nestjs.type=middleware']);
    expect(shown('functionalMiddleware')).toEqual(['functionalMiddleware nestjs.type=middleware']);
    expect(shown('ApplicationGuard.canActivate')).toEqual([
      `ApplicationGuard.canActivate ${handler} nestjs.guard.allowed=true nestjs.type=guard`,
    ]);
    expect(shown('ObservableGuard.canActivate')).toEqual([
      `ObservableGuard.canActivate ${handler} nestjs.guard.allowed=true nestjs.type=guard`,
    ]);
    expect(shown('MappingInterceptor.intercept')).toEqual([
      `MappingInterceptor.intercept ${handler} nestjs.type=interceptor (event "next called") (event "next ended")`,
    ]);
    expect(shown('ParseIntPipe.transform')).toEqual([
      'ParseIntPipe.transform nestjs.pipe.parameter=param.id nestjs.type=pipe',
    ]);
    expect(shown('DeskController.find')).toEqual([
      `DeskController.find ${handler} nestjs.type=handler`,
    ]);
  });

  it('covers the body, and handlers with Observables', async () => {
    expect(await ask('/desk', json('{}'))).toBe(dedent`
      201 POST /desk [server]
        ClassMiddleware.use
          load session
        functionalMiddleware${GUARDS}
        ObservableGuard.canActivate
        GlobalInterceptor.intercept
          InstancePipe.transform
          InstancePipe.transform
          DeskController.create
    `);
    // The route is excluded from the middleware.
    expect(await ask('/desk/observable/of')).toBe(dedent`
      200 GET /desk/observable/of [server]${GUARDS}
        ObservableGuard.canActivate
        GlobalInterceptor.intercept
          DeskController.observable
    `);
  });

  it('covers instances that Nest creates for each request', async () => {
    const expected = dedent`
      200 GET /scoped/:id [server]
        RequestMiddleware.use
          in request middleware${GUARDS}
        RequestGuard.canActivate
          in request guard
        GlobalInterceptor.intercept
          RequestInterceptor.intercept
            in request interceptor
            InstancePipe.transform
            RequestPipe.transform
              in request pipe
            ScopedController.find
              find
    `;
    expect(await ask('/scoped/1')).toBe(expected);
    expect(await ask('/scoped/2')).toBe(expected);
  });

  it.each([
    [
      'a guard that returns false',
      'closed',
      `403 GET /errors/closed [server] exception ForbiddenException "Forbidden resource"${GUARDS}
  ClosedGuard.canActivate
  HttpFilter.catch`,
    ],
    [
      'a guard that refuses',
      'unauthorized',
      `401 GET /errors/unauthorized [server]${GUARDS}
  UnauthorizedGuard.canActivate exception UnauthorizedException "who are you?"
  HttpFilter.catch`,
    ],
    [
      'a guard that fails',
      'broken',
      `500 GET /errors/broken [server] error.type=TypeError ERROR "the key store is down"${GUARDS}
  BrokenGuard.canActivate error.type=TypeError ERROR "the key store is down" exception TypeError`,
    ],
    [
      'a pipe that rejects',
      'pipe/1',
      `400 GET /errors/pipe/:id [server]${GUARDS}
  GlobalInterceptor.intercept
    InstancePipe.transform
    RejectingPipe.transform exception BadRequestException "not a number"
  HttpFilter.catch`,
    ],
    [
      'an interceptor that answers itself',
      'cached',
      `200 GET /errors/cached [server]${GUARDS}
  GlobalInterceptor.intercept
    CachingInterceptor.intercept`,
    ],
    [
      'an interceptor that fails after the handler',
      'mapping',
      `500 GET /errors/mapping [server] error.type=RangeError ERROR "cannot map"${GUARDS}
  GlobalInterceptor.intercept error.type=RangeError ERROR "cannot map"
    FailingInterceptor.intercept error.type=RangeError ERROR "cannot map" exception RangeError
      ErrorsController.mapping`,
    ],
    [
      'a handler, with a filter',
      'handler',
      `409 GET /errors/handler [server]${GUARDS}
  GlobalInterceptor.intercept error.type=OutOfStockError ERROR "no chairs left"
    MappingInterceptor.intercept error.type=OutOfStockError ERROR "no chairs left"
      before
      ErrorsController.handler error.type=OutOfStockError ERROR "no chairs left" exception OutOfStockError
  StockFilter.catch
    describe`,
    ],
    [
      'a filter that makes an answer a failure',
      'filter',
      `500 GET /errors/filter [server] error.type=ConflictException ERROR "taken"${GUARDS}
  GlobalInterceptor.intercept
    ErrorsController.filter exception ConflictException "taken"
  BrokenFilter.catch`,
    ],
  ])('shows %s', async (_, path, expected) => {
    expect(await ask(`/errors/${path}`)).toBe(expected);
  });

  it('shows a middleware that refuses and one that fails', async () => {
    expect(await ask('/refused')).toBe(dedent`
      403 GET [server]
        refuse
    `);
    expect(await ask('/failing')).toMatch(
      /^500 GET \[server\] .*\n {2}failing error.type=TypeError ERROR "no store" exception TypeError$/,
    );
  });

  it('shows the filter of a request', async () => {
    expect(await ask('/scoped/wrong')).toBe(dedent`
      422 GET /scoped/wrong [server]
        RequestMiddleware.use
          in request middleware${GUARDS}
        RequestGuard.canActivate
          in request guard
        GlobalInterceptor.intercept error.type=SyntaxError ERROR "wrong"
          RequestInterceptor.intercept error.type=SyntaxError ERROR "wrong"
            in request interceptor
            ScopedController.wrong error.type=SyntaxError ERROR "wrong" exception SyntaxError
        RequestFilter.catch
          in request filter
    `);
  });

  it('has no spans in a trace that is not sampled, nor outside of a trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
    for (const path of ['/desk/7', '/scoped/1', '/errors/handler']) {
      const { status } = await fetch(started.url + path, { headers: { traceparent } });
      expect([200, 409]).toContain(status);
    }
    // An instance of a request that is not sampled does not hide that of the next one.
    expect(await ask('/scoped/1')).toContain('RequestGuard.canActivate');
    expect(new GlobalGuard().canActivate()).toBe(true);
  });
});
