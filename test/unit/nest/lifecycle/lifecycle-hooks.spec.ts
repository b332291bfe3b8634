import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { TracingConfigError } from '../../../../lib/errors.js';
import type { LifecycleStage } from '../../../../lib/lifecycle/index.js';
import { exceptionObserver } from '../../../../lib/nest/exception-observer.js';
import { LifecycleHooks } from '../../../../lib/nest/lifecycle/lifecycle-hooks.js';
import { createLifecycleProviders } from '../../../../lib/nest/lifecycle/lifecycle-providers.js';
import { hostileProviders } from '../../../support/hostile-providers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

class OwnInterceptor {
  intercept(): void {}
}

class Guard {
  canActivate(): boolean {
    return true;
  }
}

@Controller()
class Desk {
  @Get()
  find(): void {}
}

const ALL: LifecycleStage[] = [
  'middleware',
  'guard',
  'pipe',
  'interceptor',
  'handler',
  'exception_filter',
];

/** An entry of Nest's container with one instance. */
function wrapperOf(instance: unknown, metatype: unknown = Object) {
  return new (class {
    readonly metatype = metatype;

    getInstanceByContextId(_contextId: unknown) {
      return { instance, isResolved: true };
    }
  })();
}

type Wrapper = ReturnType<typeof wrapperOf>;

describe('LifecycleHooks', () => {
  const createTracing = tracingsOfTest();

  function install(
    lists: Partial<Record<'injectables' | 'controllers' | 'providers', Wrapper[]>> = {},
    stages = ALL,
  ) {
    const { tracer, warnings } = createTracing();
    const config = new ApplicationConfig();
    const mapOf = (wrappers: Wrapper[] = []) => new Map(wrappers.map((one, key) => [key, one]));
    const module = {
      metatype: Object,
      injectables: mapOf(lists.injectables),
      controllers: mapOf(lists.controllers),
      providers: mapOf(lists.providers),
    };
    const modules = new Map([['module', module]]) as never;
    const hooks = new LifecycleHooks(modules, config, tracer, new Set(stages), [OwnInterceptor]);
    return { config, hooks, warnings };
  }

  it('traces global enhancers when Nest reads them, until the shutdown', () => {
    const { config, hooks } = install();
    const guard = new Guard();
    config.useGlobalGuards(guard);
    expect(Object.getOwnPropertyNames(guard)).toEqual([]);
    expect(config.getGlobalGuards()).toEqual([guard]);
    expect(Object.getOwnPropertyNames(guard)).toEqual(['canActivate']);
    hooks.onApplicationShutdown();
    expect(Object.getOwnPropertyNames(guard)).toEqual([]);
    expect(Object.hasOwn(config, 'getGlobalGuards')).toBe(false);
  });

  it('does not trace enhancers of this library, nor what is no object', () => {
    const own = new OwnInterceptor();
    const wrapper = wrapperOf(own);
    const { config } = install({ injectables: [wrapper] });
    config.addGlobalFilter(exceptionObserver);
    config.addGlobalInterceptor(own as never);
    config.addGlobalGuard(null as never);
    config.getGlobalFilters();
    config.getGlobalGuards();
    config.getGlobalInterceptors();
    wrapper.getInstanceByContextId({ id: 1 });
    expect(Object.hasOwn(exceptionObserver, 'catch')).toBe(false);
    expect(Object.getOwnPropertyNames(own)).toEqual([]);
  });

  it('hooks nothing of a stage without spans', () => {
    const [guard, desk] = [new Guard(), new Desk()];
    const wrappers = [wrapperOf(guard), wrapperOf(desk, Desk)] as const;
    const { config } = install({ injectables: [wrappers[0]], controllers: [wrappers[1]] }, [
      'pipe',
      'middleware',
    ]);
    for (const wrapper of wrappers) wrapper.getInstanceByContextId({ id: 1 });
    expect(Object.getOwnPropertyNames(guard)).toEqual([]);
    expect(Object.getOwnPropertyNames(desk)).toEqual([]);
    expect(Object.hasOwn(config, 'getGlobalGuards')).toBe(false);
    expect(Object.hasOwn(wrappers[1], 'getInstanceByContextId')).toBe(false);
  });

  it('gives instances to Nest that it cannot read', () => {
    for (const hostile of Object.values(hostileProviders)) {
      const wrapper = wrapperOf(hostile);
      const { hooks, config } = install({ injectables: [wrapper], providers: [wrapper] });
      expect(wrapper.getInstanceByContextId({ id: 1 }).instance).toBe(hostile);
      config.addGlobalPipe(hostile as never);
      expect(config.getGlobalPipes()[0]).toBe(hostile);
      hooks.onApplicationShutdown();
    }
  });

  it('waits for a sampled request to trace an instance of a request', () => {
    const { tracer } = createTracing();
    const [guard, desk] = [new Guard(), new Desk()];
    const wrappers = [wrapperOf(guard), wrapperOf(desk, Desk)] as const;
    install({ injectables: [wrappers[0]], controllers: [wrappers[1]] });
    const use = (): void => {
      for (const wrapper of wrappers) wrapper.getInstanceByContextId({ id: 0.5 });
    };
    use();
    expect([guard, desk].flatMap((one) => Object.getOwnPropertyNames(one))).toEqual([]);
    tracer.trace('request', use);
    expect([guard, desk].flatMap((one) => Object.getOwnPropertyNames(one))).toEqual([
      'canActivate',
      'find',
    ]);
  });
});

describe('createLifecycleProviders', () => {
  const createTracing = tracingsOfTest();
  const [provider] = createLifecycleProviders([]);

  const create = (lifecycle: unknown, isEnabled = true): unknown =>
    provider?.useFactory(
      new ModulesContainer(),
      new ApplicationConfig(),
      { tracer: createTracing().tracer, isEnabled },
      { lifecycle },
    );

  it('creates no hooks unless the lifecycle is traced', () => {
    expect(create(undefined)).toBeUndefined();
    expect(create({ guards: false })).toBeUndefined();
    expect(create('all', false)).toBeUndefined();
    expect(create(true)).toBeInstanceOf(LifecycleHooks);
  });

  it('refuses an invalid option, also if tracing is switched off', () => {
    expect(() => create('guards', false)).toThrow(TracingConfigError);
  });
});
