import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Injectable, Scope } from '@nestjs/common';
import { TracedMiddleware } from '../../../../lib/nest/lifecycle/middleware-builder.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

type Use = (request: unknown, response: unknown, next: () => void) => unknown;
type UseClass = new (...args: unknown[]) => { use: Use };

@Injectable({ scope: Scope.REQUEST })
class ClassMiddleware {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  use(_request: unknown, _response: unknown, next: () => void): string {
    next();
    return this.#name;
  }
}

class FieldMiddleware {
  use = (_request: unknown, _response: unknown, next: () => void): void => next();
}

describe('TracedMiddleware', () => {
  const createTracing = tracingsOfTest();

  function install() {
    const tracing = createTracing();
    const middleware = new TracedMiddleware(tracing.tracer);
    const applied: unknown[] = [];
    const consumer = {
      apply(...values: unknown[]) {
        applied.push(...values);
        return this;
      },
    };
    const apply = (...values: unknown[]): unknown[] => {
      const module = { configure: (given: typeof consumer) => given.apply(...values) };
      const restore = middleware.hookModule(module);
      expect(module.configure(consumer)).toBe(consumer);
      restore?.();
      return applied.splice(0);
    };
    const run = (use: Use): string => {
      tracing.tracer.trace('request', () => use({}, {}, () => {}));
      return traceAsText(tracing.recorder.takeSpans(), { attributes: false });
    };
    return { ...tracing, middleware, apply, run };
  }

  it('names functions by their name', () => {
    const { apply, run } = install();
    function helmet(_request: unknown, _response: unknown, next: () => void): void {
      next();
    }
    const [first, second] = apply([helmet], (_a: unknown, _b: unknown, next: () => void) => next());
    expect(run(first as Use)).toBe('request\n  helmet');
    expect(run(second as Use)).toBe('request\n  anonymous middleware');
    expect((first as Use).name).toBe('helmet');
  });

  it('replaces a class by one subclass, with its metadata and private members', () => {
    const before = Object.getOwnPropertyDescriptors(ClassMiddleware.prototype);
    const { apply, run } = install();
    const [traced, again] = apply(ClassMiddleware, ClassMiddleware) as [UseClass, UseClass];
    expect(again).toBe(traced);
    expect(traced.name).toBe('ClassMiddleware');
    expect(Reflect.getMetadata('scope:options', traced)).toMatchObject({ scope: Scope.REQUEST });
    expect(Reflect.getMetadata('design:paramtypes', traced)).toEqual([String]);
    const instance = new traced('own');
    expect(instance.use({}, {}, () => {})).toBe('own');
    expect(run((...values) => instance.use(...values))).toBe('request\n  ClassMiddleware.use');
    expect(Object.getOwnPropertyDescriptors(ClassMiddleware.prototype)).toEqual(before);
  });

  it('traces a function in a field', () => {
    const { apply, run } = install();
    const [traced] = apply(FieldMiddleware) as [UseClass];
    const { use } = new traced();
    expect(run(use)).toBe('request\n  FieldMiddleware.use');
  });

  it('does not trace after the release, and ignores modules without middleware', () => {
    const { apply, run, middleware } = install();
    const [traced] = apply(ClassMiddleware) as [UseClass];
    middleware.release();
    const instance = new traced('own');
    expect(run((...values) => instance.use(...values))).toBe('request');
    expect(middleware.hookModule({})).toBeUndefined();
  });
});
