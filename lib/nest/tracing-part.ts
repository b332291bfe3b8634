import { Inject, type InjectionToken, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';

/**
 * A part of the tracing: an instance, a class that Nest constructs, or a provider without its token.
 * Classes and factories can inject the exports of the modules in `imports` and of global modules.
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
      /** The tokens of the arguments of `useFactory`. @default [] */
      readonly inject?: readonly InjectionToken[];
    };

/** Whether a part is created for its application: by a class or a factory. Any other belongs to the user. */
export function isCreatedForApplication(part: TracingPart<unknown>): boolean {
  if (typeof part === 'function') return true;
  if (typeof part !== 'object' || part === null) return false;
  return 'useClass' in part || 'useFactory' in part;
}

/** Returns the instance of a part. Its dependencies are resolved in the module of `moduleRef`. */
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
 * Returns the instances of tokens. It constructs a class with these dependencies, because Nest then
 * waits for instances that are not constructed yet; `ModuleRef.get` does not wait.
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
