import * as net from 'node:net';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  type INestApplication,
  type INestApplicationContext,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { type ClientProxy, ClientsModule, Transport } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  ParentBasedSampler,
  SamplingDecision,
  Traced,
  Tracer,
  TracingModule,
  type TracingOptions,
} from '../../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { silentLogger } from '../../support/silent-logger.js';
import { until } from '../../support/until.js';

class CreateNotes1700000000000 {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('CREATE TABLE notes (id INTEGER)');
  }
  async down(): Promise<void> {}
}

@Injectable()
class NotesStore implements OnModuleInit {
  constructor(@Inject(DataSource) readonly source: DataSource) {}

  async onModuleInit(): Promise<void> {
    await this.source.runMigrations({ transaction: 'none' });
  }
}

@Injectable()
class Warmup implements OnApplicationBootstrap {
  timer: NodeJS.Timeout | undefined;
  ticks = 0;

  async onApplicationBootstrap(): Promise<void> {
    // Runs as long as the application, in the context of the hook.
    this.timer = setInterval(() => this.tick(), 1);
    await this.load();
  }

  @Traced()
  async load(): Promise<void> {
    await wait(1);
  }

  @Traced()
  tick(): void {
    this.ticks++;
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }
}

@Controller('notes')
class NotesController implements OnModuleInit {
  onModuleInit(): void {}

  @Get()
  find(): string[] {
    return [];
  }
}

@Module({
  imports: [TypeOrmModule.forRoot({ type: 'sqljs', migrations: [CreateNotes1700000000000] })],
  controllers: [NotesController],
  providers: [NotesStore, Warmup],
})
class NotesModule implements OnModuleInit {
  onModuleInit(): void {}
}

type Setup = ReturnType<typeof testTracingOptions>;

const apps: INestApplicationContext[] = [];
const setups: Setup[] = [];

function setUp(options: TracingOptions = {}): Setup {
  const setup = testTracingOptions({ bootstrap: true, ...options });
  setups.push(setup);
  return setup;
}

function rootModule(options: TracingOptions, ...imports: (typeof NotesModule | object)[]): object {
  @Module({ imports: [...(imports as []), TracingModule.forRoot(options)] })
  class AppModule {}
  return AppModule;
}

async function createApp(
  setup: Setup,
  adapter: AbstractHttpAdapter = new ExpressAdapter(),
  ...imports: object[]
): Promise<INestApplication> {
  const app = await NestFactory.create(
    rootModule(setup.options, ...(imports.length > 0 ? imports : [NotesModule])) as never,
    adapter as never,
    { logger: false, abortOnError: false },
  );
  apps.push(app);
  return app;
}

/** The trace of the start as text, without what other traces there are. */
async function takeBootstrap({ recorder }: Setup): Promise<string> {
  await until(
    () => !recorder.openSpans.some(({ name }) => name === 'bootstrap'),
    () => recorder.openSpans.map(({ name }) => name),
  );
  const texts = traceAsText(recorder.takeSpans(), { attributes: ['server.port'] }).split('\n\n');
  return (
    texts
      .filter((text) => text.startsWith('bootstrap'))
      .join('\n\n')
      // How often the timer runs before the end of the start differs.
      .replaceAll('\n    Warmup.tick', '')
      .replaceAll(/server\.port=\d+/g, 'server.port=(port)')
  );
}

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  for (const { recorder } of setups.splice(0)) recorder.reset();
});

const HOOKS = `\
bootstrap
  create instances
  NotesController.onModuleInit
  NotesStore.onModuleInit
    SELECT sqlite_master [client]
    CREATE TABLE migrations [client]
    SELECT migrations [client]
    CREATE TABLE notes [client]
    INSERT migrations [client]
  NotesModule.onModuleInit
  Warmup.onApplicationBootstrap
    Warmup.load`;

describe.each([
  ['ExpressAdapter', () => new ExpressAdapter()],
  ['FastifyAdapter', () => new FastifyAdapter()],
])('the start of an application on %s', (name, createAdapter) => {
  it('is one trace: creation, hooks with their queries, and the server', async () => {
    const setup = setUp();
    const app = await createApp(setup, createAdapter() as never);
    await app.listen(0, '127.0.0.1');
    expect(await takeBootstrap(setup)).toBe(`${HOOKS}\n  ${name}.listen server.port=(port)`);
    expect(setup.warnings).toEqual([]);
  });

  it('gives its context to no request, and to no timer after the start', async () => {
    const setup = setUp();
    const app = await createApp(setup, createAdapter() as never);
    await app.listen(0, '127.0.0.1');
    await takeBootstrap(setup);
    setup.recorder.takeSpans();
    const { ticks } = app.get(Warmup);
    await fetch(`${await app.getUrl()}/notes`);
    await until(
      () => app.get(Warmup).ticks > ticks + 1,
      () => app.get(Warmup).ticks,
    );
    const spans = setup.recorder.takeSpans();
    expect(spans.length).toBeGreaterThan(1);
    expect(spans.filter(({ parentSpanContext }) => parentSpanContext !== undefined)).toEqual([]);
  });
});

describe('the trace of a start', () => {
  it('ends for an application that does not listen; a later listen joins it', async () => {
    const setup = setUp();
    const app = await createApp(setup, new ExpressAdapter(), class EmptyModule {});
    await app.init();
    const [root] = await takeSpansOf(setup);
    await app.listen(0, '127.0.0.1');
    const [listen] = setup.recorder.takeSpans();
    expect(listen?.name).toBe('ExpressAdapter.listen');
    expect(listen?.parentSpanContext?.spanId).toBe(root?.spanContext().spanId);
  });

  it('is made without HTTP: application contexts, tests, microservices', async () => {
    const context = setUp();
    apps.push(
      await NestFactory.createApplicationContext(
        rootModule(context.options, NotesModule) as never,
        { logger: false },
      ),
    );
    expect(await takeBootstrap(context)).toBe(HOOKS);

    const testing = setUp();
    const module = await Test.createTestingModule({
      imports: [NotesModule, TracingModule.forRoot(testing.options)],
    })
      .setLogger(silentLogger)
      .compile();
    apps.push(module);
    await module.init();
    expect(await takeBootstrap(testing)).toBe(HOOKS);

    const microservice = setUp();
    const server = await NestFactory.createMicroservice(
      rootModule(microservice.options, NotesModule) as never,
      { transport: Transport.TCP, options: { port: 0 }, logger: false },
    );
    apps.push(server);
    await server.listen();
    expect(await takeBootstrap(microservice)).toBe(`${HOOKS}\n  ServerTCP.listen`);
  });

  it('contains the servers and clients of messages of a hybrid application', async () => {
    const port = await freePort();
    @Injectable()
    class Greeter implements OnApplicationBootstrap {
      constructor(@Inject('GREETINGS') private readonly client: ClientProxy) {}

      async onApplicationBootstrap(): Promise<void> {
        await this.client.connect();
      }
    }
    @Module({
      imports: [
        ClientsModule.register([
          { name: 'GREETINGS', transport: Transport.TCP, options: { port } },
        ]),
      ],
      providers: [Greeter],
    })
    class GreeterModule {}
    const setup = setUp();
    const app = await createApp(setup, new ExpressAdapter(), GreeterModule);
    const client = app.get<ClientProxy>('GREETINGS', { strict: false });
    app.connectMicroservice({ transport: Transport.TCP, options: { port } });
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    expect(await takeBootstrap(setup)).toBe(
      [
        'bootstrap',
        '  create instances',
        '  ServerTCP.listen',
        '  Greeter.onApplicationBootstrap',
        '    ClientTCP.connect',
        '  ExpressAdapter.listen server.port=(port)',
      ].join('\n'),
    );
    expect(setup.warnings).toEqual([]);
    await app.close();
    expect(Object.keys(Object.getOwnPropertyDescriptors(client))).not.toContain('connect');
  });

  it('records the error of a hook and of a server, and is flushed', async () => {
    let flushes = 0;
    const setup = setUp();
    const { spanProcessors = [] } = setup.options;
    const processor = {
      onStart(): void {},
      onEnd(): void {},
      async forceFlush(): Promise<void> {
        flushes++;
      },
      async shutdown(): Promise<void> {},
    };
    const options = { ...setup.options, spanProcessors: [...spanProcessors, processor] };
    const failure = new RangeError('no schema');
    @Module({})
    class BrokenModule implements OnModuleInit {
      async onModuleInit(): Promise<void> {
        await wait(1);
        throw failure;
      }
    }
    const app = await createApp({ ...setup, options }, new ExpressAdapter(), BrokenModule);
    await expect(app.init()).rejects.toBe(failure);
    expect(await takeBootstrap(setup)).toBe(
      [
        'bootstrap ERROR "no schema"',
        '  create instances',
        '  BrokenModule.onModuleInit ERROR "no schema" exception RangeError',
      ].join('\n'),
    );
    expect(flushes).toBe(1);

    const taken = net.createServer().listen(0, '127.0.0.1');
    const second = setUp();
    try {
      await new Promise((resolve) => taken.once('listening', resolve));
      const { port } = taken.address() as net.AddressInfo;
      const other = await createApp(second, new ExpressAdapter(), class EmptyModule {});
      await expect(other.listen(port, '127.0.0.1')).rejects.toThrow(/EADDRINUSE/);
    } finally {
      taken.close();
    }
    expect(await takeBootstrap(second)).toMatch(
      /^bootstrap ERROR "listen EADDRINUSE.*\n {2}create instances\n {2}ExpressAdapter\.listen ERROR .* exception Error$/,
    );
  });

  it('puts the instances back', async () => {
    const setup = setUp();
    const app = await createApp(setup);
    const instances = [app.get(NotesStore), app.get(Warmup), app.get(NotesModule)];
    await app.listen(0, '127.0.0.1');
    await takeBootstrap(setup);
    await setImmediate();
    for (const instance of instances) {
      expect(Object.keys(Object.getOwnPropertyDescriptors(instance))).not.toContain('onModuleInit');
      expect(Object.hasOwn(instance, 'onApplicationBootstrap')).toBe(false);
    }
    const adapter = app.getHttpAdapter();
    expect(Object.hasOwn(adapter, 'listen')).toBe(false);
    expect(Object.hasOwn(adapter, 'initHttpServer')).toBe(false);
  });

  it('belongs to its application, also where two start at once, and inside a span', async () => {
    const [first, second] = [setUp(), setUp()];
    const both = await Promise.all([createApp(first), createApp(second)]);
    await both[0].get(Tracer).trace('outer', {}, () => Promise.all(both.map((app) => app.init())));
    for (const setup of [first, second]) expect(await takeBootstrap(setup)).toBe(HOOKS);
  });

  it('leaves timers sampled on their own if it is not sampled itself', async () => {
    const starts: string[] = [];
    const sampler = new ParentBasedSampler({
      root: {
        shouldSample: (_context, _traceId, name) => {
          starts.push(name);
          return { decision: SamplingDecision.NOT_RECORD };
        },
        toString: () => 'test',
      },
    });
    const setup = setUp({ sampler });
    const app = await createApp(setup);
    await app.init();
    await until(
      () => starts.filter((name) => name === 'Warmup.tick').length > 1,
      () => starts,
    );
    expect(starts.filter((name) => name !== 'Warmup.tick')).toEqual(['bootstrap']);
  });

  it('is not made by default, and not while tracing is off', async () => {
    for (const options of [{ bootstrap: false }, { enabled: false }]) {
      const setup = setUp(options);
      const app = await createApp(setup);
      await app.init();
      expect(await takeBootstrap(setup)).toBe('');
      await app.close();
    }
  });

  it('refuses another value than true and false', async () => {
    const setup = setUp({ bootstrap: 'yes' as never });
    await expect(createApp(setup)).rejects.toThrow('bootstrap must be true or false');
  });
});

async function takeSpansOf({ recorder }: Setup) {
  await until(
    () => recorder.openSpans.length === 0,
    () => recorder.openSpans,
  );
  return recorder.takeSpans().filter(({ name }) => name === 'bootstrap');
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
