import { afterEach, describe, expect, it } from '@jest/globals';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { TracingModule, type TracingOptions } from 'nestjs-traced';
import { type TestTracingSetup, testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import {
  DeskController,
  ErrorsController,
  ScopedController,
  sharedGuard,
  sharedPipe,
} from './application/desk.controller.js';
import { DeskModule } from './application/desk.module.js';
import * as enhancers from './application/enhancers.js';

const opened: INestApplication[] = [];

afterEach(async () => {
  for (const application of opened.splice(0)) await application.close();
});

const sharedInstances = {
  guard: new enhancers.GlobalGuard(),
  pipe: new enhancers.InstancePipe(),
  interceptor: new enhancers.GlobalInterceptor(),
};

interface Desk extends TestTracingSetup {
  readonly application: INestApplication;
  readonly url: string;
}

async function start(tracing: TracingOptions): Promise<Desk> {
  const setup = testTracingOptions(tracing);
  const application = await NestFactory.create(
    DeskModule.with(TracingModule.forRoot(setup.options)),
    new ExpressAdapter(),
    { logger: false, forceCloseConnections: true },
  );
  opened.push(application);
  application
    .useGlobalGuards(sharedInstances.guard)
    .useGlobalPipes(sharedInstances.pipe)
    .useGlobalInterceptors(sharedInstances.interceptor);
  await application.listen(0, '127.0.0.1');
  return { ...setup, application, url: await application.getUrl() };
}

/** Everything of the user that the applications of this spec share, with its properties and metadata. */
function sharedState(): unknown[] {
  const classes = [...Object.values(enhancers), DeskController, ErrorsController, ScopedController];
  const objects = [sharedGuard, sharedPipe, ...Object.values(sharedInstances)];
  return [
    ...classes.flatMap((shared) => (shared.prototype ? [shared, shared.prototype] : [shared])),
    ...objects,
  ].map((shared) => {
    // Nest gives a controller a new id in each application.
    const { CONTROLLER_ID: _, ...properties } = Object.getOwnPropertyDescriptors(
      shared as { CONTROLLER_ID?: unknown },
    );
    return { properties, prototype: Object.getPrototypeOf(shared) };
  });
}

/** The objects of an application that it does not share: instances of controllers and of their wrappers. */
function ownProperties({ application }: Desk): string[] {
  return [application.get(DeskController), application.get(enhancers.MappingInterceptor)].flatMap(
    (instance) => Object.getOwnPropertyNames(instance),
  );
}

async function ask({ url, recorder }: Desk): Promise<string> {
  expect(await (await fetch(`${url}/desk/7`)).text()).toBe('{"data":7}');
  return traceAsText(await recorder.takeNextTrace(), { attributes: false });
}

describe('an application that traces the lifecycle', () => {
  it('leaves nothing on shared classes and instances when it has closed', async () => {
    const before = sharedState();
    const desk = await start({ lifecycle: 'all' });
    expect(sharedState()).not.toEqual(before);
    expect(ownProperties(desk)).toContain('find');
    await ask(desk);
    await desk.application.close();
    expect(sharedState()).toEqual(before);
    expect(ownProperties(desk)).not.toContain('find');
    expect(ownProperties(desk)).not.toContain('intercept');
  });

  it('does not change classes and prototypes while it runs', async () => {
    const prototypes = (): unknown[] =>
      Object.values(enhancers)
        .filter((shared) => shared.prototype !== undefined)
        .map(({ prototype }) => Object.getOwnPropertyDescriptors(prototype));
    const before = prototypes();
    const desk = await start({ lifecycle: 'all' });
    await ask(desk);
    expect(prototypes()).toEqual(before);
  });

  it.each<TracingOptions>([
    {},
    { lifecycle: false },
    { lifecycle: {} },
    { lifecycle: 'all', enabled: false },
  ])('replaces nothing with %j', async (options) => {
    const before = sharedState();
    const desk = await start(options);
    expect(sharedState()).toEqual(before);
    expect(ownProperties(desk)).toEqual(['work', 'work']);
    await fetch(`${desk.url}/desk/7`);
    desk.recorder.takeSpans();
  });
});

describe('two applications that share classes and instances', () => {
  it.each([
    ['the first', 0],
    ['the second', 1],
  ])('keep their spans apart, and the other traces on when %s closes', async (_, closing) => {
    const before = sharedState();
    const desks = [await start({ lifecycle: 'all' }), await start({ lifecycle: 'all' })] as const;
    const traces = [await ask(desks[0]), await ask(desks[1])];
    expect(traces[0]).toContain('GlobalGuard.canActivate\n  ObservableGuard.canActivate\n');
    expect(traces[1]).toBe(traces[0]);
    const [closed, open] = closing === 0 ? desks : [desks[1], desks[0]];
    await closed.application.close();
    expect(await ask(open)).toBe(traces[0]);
    await open.application.close();
    expect(sharedState()).toEqual(before);
    for (const { recorder, warnings } of desks) {
      recorder.verify();
      expect(warnings).toEqual([]);
    }
  });

  it('do not trace what only the other one traces', async () => {
    const all = await start({ lifecycle: 'all' });
    const handlers = await start({ lifecycle: true });
    const none = await start({});
    expect(await ask(all)).toContain('GlobalGuard.canActivate');
    expect(await ask(handlers)).toBe(
      'GET /desk/:id [server]\n  load session\n  load user\n  before\n  DeskController.find\n    find\n  after',
    );
    expect(await ask(none)).not.toContain('DeskController.find');
  });
});

describe('an application with unusual enhancers', () => {
  it('starts with a frozen one, says that it has no spans, and traces the others', async () => {
    const setup = testTracingOptions({ lifecycle: { guards: true } });

    @Module({ imports: [DeskModule.with(TracingModule.forRoot(setup.options))] })
    class FrozenModule {}

    const application = await NestFactory.create(FrozenModule, new ExpressAdapter(), {
      logger: false,
    });
    opened.push(application);
    const plain = { canActivate: () => true };
    application.useGlobalGuards(Object.freeze(new enhancers.GlobalGuard()), plain);
    await application.listen(0, '127.0.0.1');
    await fetch(`${await application.getUrl()}/errors/cached`);
    expect(traceAsText(await setup.recorder.takeNextTrace(), { attributes: false })).toBe(
      'GET /errors/cached [server]\n  ApplicationGuard.canActivate\n    load user\n  canActivate',
    );
    expect(setup.warnings).toEqual([
      expect.stringMatching(/^A guard, .* has no spans: its method could not be replaced/),
    ]);
  });
});
