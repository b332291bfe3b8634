import { Inject, type InjectionToken, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';

/**
 * A part of the tracing as Nest people give one: an instance, a class that Nest constructs, or the
 * shape of a provider. Classes and factories may inject whatever the modules in `imports` export,
 * and all that global modules export.
 */
export type TracingPart<T> =
  | T
  | Type<T>
  | {
      /** The instance. */
      readonly useValue: T;
    }
  | {
      /** The class that Nest constructs. */
      readonly useClass: Type<T>;
    }
  | {
      /** The token of a provider. */
      readonly useExisting: InjectionToken<T>;
    }
  | {
      /** Returns the instance, or a promise of it. */
      readonly useFactory: (...injected: never[]) => T | Promise<T>;
      /** The tokens of what `useFactory` is called with. @default [] */
      readonly inject?: readonly InjectionToken[];
    };

/** The instance that a part stands for; dependencies are resolved from `moduleRef`'s module. */
export async function resolvePart<T>(part: TracingPart<T>, moduleRef: ModuleRef): Promise<T> {
  if (typeof part === 'function') return moduleRef.create(part as Type<T>);
  if (typeof part !== 'object' || part === null) return part;
  if ('useValue' in part) return part.useValue;
  if ('useClass' in part) return moduleRef.create(part.useClass);
  if ('useExisting' in part) {
    const [existing] = await resolveAll([part.useExisting], moduleRef);
    return existing as T;
  }
  if ('useFactory' in part) {
    const injected = await resolveAll(part.inject ?? [], moduleRef);
    return part.useFactory(...(injected as never[]));
  }
  return part;
}

/**
 * The instances behind some tokens. A class that declares them as its dependencies is constructed,
 * because only then does Nest wait for those that are not constructed yet, as `ModuleRef.get` does not.
 */
async function resolveAll(
  tokens: readonly InjectionToken[],
  moduleRef: ModuleRef,
): Promise<unknown[]> {
  class Dependencies {
    readonly instances: unknown[];
    constructor(...instances: unknown[]) {
      this.instances = instances;
    }
  }
  Reflect.defineMetadata(
    'design:paramtypes',
    tokens.map(() => Object),
    Dependencies,
  );
  tokens.forEach((token, index) => {
    Inject(token)(Dependencies, undefined, index);
  });
  const { instances } = await moduleRef.create(Dependencies);
  return instances;
}
