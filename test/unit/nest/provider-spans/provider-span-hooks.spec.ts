import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Global, Injectable, Module, type Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  type SpanProcessor,
  TRACING_OPTIONS,
  TracingModule,
  type TracingOptions,
} from '../../../../lib/index.js';
import { ProviderSpanHooks } from '../../../../lib/nest/provider-spans/provider-span-hooks.js';
import { providerSpanProvider } from '../../../../lib/nest/provider-spans/provider-span-providers.js';
import { testTracingOptions, traceAsText } from '../../../../lib/testing/index.js';
import { silentLogger } from '../../../support/silent-logger.js';

@Injectable()
class Base {
  inherited(): string {
    return 'inherited';
  }
  overridden(): string {
    return 'base';
  }
  _internal(): void {}
  toString(): string {
    return 'text';
  }
}

@Injectable()
class Derived extends Base {
  override overridden(): string {
    return `${super.overridden()} derived`;
  }
}

@Module({ providers: [Base, Derived] })
class DerivedModule {}

const open: TestingModule[] = [];

async function start(imports: Type[], options: TracingOptions = {}) {
  const setup = testTracingOptions({ providers: true, ...options });
  const module = await Test.createTestingModule({
    imports: [TracingModule.forRoot(setup.options), ...imports],
  })
    .setLogger(silentLogger)
    .compile();
  open.push(module);
  await module.init();
  return { ...setup, module };
}

function textOf({ recorder }: Awaited<ReturnType<typeof start>>): string {
  return traceAsText(recorder.takeSpans(), { attributes: false });
}

afterEach(async () => {
  for (const module of open.splice(0)) await module.close();
});

describe('ProviderSpanHooks', () => {
  it('names methods by the class of the provider, and leaves conversions and internal methods', async () => {
    const app = await start([DerivedModule]);
    const derived = app.module.get(Derived);
    expect([derived.inherited(), derived.overridden(), `${derived}`]).toEqual([
      ...['inherited', 'base derived', 'text'],
    ]);
    derived._internal();
    app.module.get(Base).inherited();
    expect(textOf(app)).toBe(
      'Derived.inherited\n\nDerived.overridden\n  Base.overridden\n\nBase.inherited',
    );
    expect(app.warnings).toEqual([]);
  });

  it('keeps applications apart, and restores classes in any order', async () => {
    const before = [Base, Derived].map((found) =>
      Object.getOwnPropertyDescriptors(found.prototype),
    );
    const [first, second] = [await start([DerivedModule]), await start([DerivedModule])];
    first.module.get(Derived).inherited();
    second.module.get(Derived).overridden();
    expect(textOf(first)).toBe('Derived.inherited');
    expect(textOf(second)).toBe('Derived.overridden\n  Base.overridden');
    await first.module.close();
    second.module.get(Derived).inherited();
    expect([textOf(first), textOf(second)]).toEqual(['', 'Derived.inherited']);
    await second.module.close();
    expect(
      [Base, Derived].map((found) => Object.getOwnPropertyDescriptors(found.prototype)),
    ).toEqual(before);
  });

  it('traces lazy-loaded modules, each method once', async () => {
    const app = await start([]);
    for (let turn = 0; turn < 2; turn++) {
      const loader = app.module.get(LazyModuleLoader);
      const loaded = await loader.load(() => DerivedModule, { logger: false });
      loaded.get(Derived).inherited();
    }
    expect(textOf(app)).toBe('Derived.inherited\n\nDerived.inherited');
  });

  it('traces handlers before module init, and once', async () => {
    @Controller()
    class OrdersController {
      @Get()
      find(): string {
        return this.describe();
      }
      describe(): string {
        return 'order';
      }
    }
    @Module({ controllers: [OrdersController] })
    class OrdersModule {}
    const setup = testTracingOptions({ providers: true });
    const imports = [TracingModule.forRoot(setup.options), OrdersModule];
    const module = await Test.createTestingModule({ imports }).setLogger(silentLogger).compile();
    open.push(module);
    const { find } = module.get(OrdersController);
    find.call(module.get(OrdersController));
    expect(textOf({ ...setup, module })).toBe('OrdersController.find');
    await module.init();
    find.call(module.get(OrdersController));
    expect(textOf({ ...setup, module })).toBe('OrdersController.find\n  OrdersController.describe');
  });

  it('traces no call of a span processor that is a provider', async () => {
    @Injectable()
    class Regions {
      current(): string {
        return 'eu';
      }
    }
    @Injectable()
    class RegionProcessor implements SpanProcessor {
      constructor(private readonly regions: Regions) {}
      onStart(span: { setAttribute(key: string, value: string): unknown }): void {
        span.setAttribute('region', this.regions.current());
      }
      onEnd(): void {
        this.regions.current();
      }
      async forceFlush(): Promise<void> {}
      async shutdown(): Promise<void> {}
    }
    @Global()
    @Module({ providers: [Regions, RegionProcessor, Base], exports: [RegionProcessor] })
    class RegionModule {}
    const app = await start([RegionModule], { spanProcessors: [{ useExisting: RegionProcessor }] });
    app.module.get(Base).inherited();
    const [span] = app.recorder.takeSpans();
    expect(span?.attributes).toEqual({ region: 'eu' });
    expect(app.warnings).toEqual([]);
  });

  it('reports a class that cannot be changed, and traces the others', async () => {
    @Injectable()
    class Sealed {
      find(): void {}
    }
    Object.freeze(Sealed.prototype);
    @Module({ providers: [Sealed, Base] })
    class SealedModule {}
    const app = await start([SealedModule]);
    app.module.get(Sealed).find();
    app.module.get(Base).inherited();
    expect(textOf(app)).toBe('Base.inherited');
    expect(app.warnings.join()).toContain('A method of a provider is not traced');
  });

  it('does not exist without the option, and in an application that is switched off', async () => {
    for (const options of [{ providers: false }, { enabled: false }]) {
      const { module } = await start([DerivedModule], options);
      expect(module.get(ProviderSpanHooks)).toBeUndefined();
    }
  });

  it('fails the start for invalid rules', async () => {
    await expect(start([], { providers: { exclude: [''] } })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
    await expect(start([], { providers: 'all' as never })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });
});

describe('providerSpanProvider', () => {
  it('injects the hooks that must come first', () => {
    const { provide, inject } = providerSpanProvider(TracingModule, ['others']);
    expect(provide).toBe(ProviderSpanHooks);
    expect(inject).toEqual(expect.arrayContaining([TRACING_OPTIONS, 'others']));
  });
});
