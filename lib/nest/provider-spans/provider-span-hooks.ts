import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ApplicationConfig, LazyModuleLoader, ModulesContainer } from '@nestjs/core';
import { contextStorage, type LocalTracer } from '../../context/index.js';
import { keepIdentity, methodTracing } from '../../decorators/index.js';
import { memberOf, replaceMember, wrapMethod } from '../../operation/index.js';
import { type Method, methodsOfPrototype, type PrototypeMethod } from '../prototype-methods.js';
import { isReplacement, setOriginal } from '../provider-methods.js';
import { handlerKeysOf } from '../request-handlers.js';
import { type Candidate, candidatesOf } from './candidates.js';
import { ClassOrigins } from './class-origins.js';
import { MethodRules } from './method-rules.js';
import type { ProviderMethodInfo, ProviderTracingOptions } from './provider-span-options.js';
import { traceProviderMethod } from './traced-provider-method.js';

/** The methods that Nest calls while an application starts and stops, and for the connections of a gateway. */
const LIFECYCLE_METHODS = new Set([
  'onModuleInit',
  'onModuleDestroy',
  'onApplicationBootstrap',
  'onApplicationShutdown',
  'beforeApplicationShutdown',
  'afterInit',
  'handleConnection',
  'handleDisconnect',
]);

/** The methods that the language calls to convert an object. */
const CONVERSIONS = new Set(['then', 'toJSON', 'toLocaleString', 'toString', 'valueOf']);

/** The methods of span processors, samplers and id generators, which run while a span starts or ends. */
const PART_METHODS = [
  'onStart',
  'onEnding',
  'onEnd',
  'shouldSample',
  'generateTraceId',
  'generateSpanId',
];

/** What the hooks use of an application. */
export interface HookedApplication {
  readonly modules: ModulesContainer;
  readonly config: ApplicationConfig;
  readonly lazyModules: LazyModuleLoader;
  readonly tracer: LocalTracer;
  /** The module of the tracing itself. */
  readonly ownModule: object;
  /** The objects that are called while a span starts or ends. */
  readonly parts: readonly unknown[];
  /** Whether the handlers of requests have the spans of the option `lifecycle`. */
  readonly hasHandlerSpans: boolean;
}

/**
 * Traces the methods of providers and controllers, from module init until the application has shut down. It runs
 * after all other hooks of this library, whose methods it leaves to them. Handlers of requests are traced before, by
 * {@link traceHandlers}: Nest binds them before module init.
 *
 * A class of the application gets the traced methods on its prototype: so they serve every object of it,
 * request-scoped, transient and frozen ones too, and no object changes. Of classes of other packages only the
 * object of this application is changed.
 */
export class ProviderSpanHooks implements OnModuleInit, OnApplicationShutdown {
  readonly #application: HookedApplication;
  readonly #include: MethodRules | undefined;
  readonly #exclude: MethodRules;
  readonly #origins: ClassOrigins;
  readonly #restores: (() => void)[] = [];
  readonly #tracedKeys = new WeakMap<object, Set<string>>();
  /** By traced method. */
  readonly #originals = new WeakMap<object, Method>();

  /** @throws TracingConfigError for invalid rules */
  constructor(application: HookedApplication, { include, exclude }: ProviderTracingOptions) {
    const { diagnostics } = application.tracer;
    this.#application = application;
    this.#include =
      include === undefined
        ? undefined
        : new MethodRules('providers.include', include, diagnostics);
    this.#exclude = new MethodRules('providers.exclude', exclude ?? [], diagnostics);
    this.#origins = new ClassOrigins(diagnostics);
  }

  /** Traces the handlers of requests. Call it when the modules are scanned, before Nest registers any handler. */
  traceHandlers(): void {
    if (this.#application.hasHandlerSpans) return;
    this.#try('The handlers of requests have no spans of providers', () => {
      const { modules, config, ownModule } = this.#application;
      const candidates = candidatesOf(modules, config, ownModule, false);
      this.#readOrigins(candidates);
      for (const candidate of candidates) {
        const keys = handlerKeysOf(candidate.providerClass.prototype as object);
        if (keys.length > 0) this.#traceMethods(candidate, (key) => keys.includes(key));
      }
    });
  }

  onModuleInit(): void {
    const { lazyModules, parts } = this.#application;
    this.#try('The methods of providers are not traced', () => this.#traceCandidates());
    this.#suppressSpansOf(parts.filter(isObject));
    this.#try('The methods of lazy-loaded providers are not traced', () => {
      const restore = wrapMethod(lazyModules, 'load', async (load, self, args) => {
        const loaded: unknown = await Reflect.apply(load, self, args);
        this.#try('The methods of lazy-loaded providers are not traced', () =>
          this.#traceCandidates(),
        );
        return loaded;
      });
      this.#restores.push(restore);
    });
  }

  onApplicationShutdown(): void {
    for (const restore of this.#restores.splice(0).reverse()) restore();
  }

  #traceCandidates(): void {
    const { modules, config, ownModule, hasHandlerSpans } = this.#application;
    const withObjects = this.#include?.hasNames === true;
    const candidates = candidatesOf(modules, config, ownModule, withObjects);
    this.#readOrigins(candidates);
    for (const candidate of candidates) {
      const prototype = candidate.providerClass.prototype as object;
      const others = hasHandlerSpans && candidate.isConstructed ? handlerKeysOf(prototype) : [];
      this.#traceMethods(candidate, (key) => !others.includes(key));
    }
  }

  #readOrigins(candidates: readonly Candidate[]): void {
    this.#origins.read(candidates.flatMap(({ providerClass }) => classesOf(providerClass)));
  }

  #traceMethods(candidate: Candidate, isWanted: (key: string) => boolean): void {
    const { providerClass, moduleClass, isConstructed, instance } = candidate;
    const isFromPackage = this.#origins.isFromPackage(providerClass);
    const isOwn = isConstructed && !isFromPackage;
    const prototype = providerClass.prototype as object;
    const target = isOwn ? prototype : instance();
    if (target === undefined) return;
    const className = providerClass.name;
    for (const method of methodsOfPrototype(prototype)) {
      const { key, owner } = method;
      if (!isWanted(key)) continue;
      const name = className === '' ? key : `${className}.${key}`;
      const info = { name, className, methodName: key, providerClass, moduleClass };
      if (!isTraceable(method) || !this.#isSelected(info, isOwn)) continue;
      // The base class of another package: its methods are not those of the application.
      if (this.#origins.isFromPackage(constructorOf(owner)) !== isFromPackage) continue;
      if (methodTracing(prototype, key) !== undefined) continue;
      this.#try('A method of a provider is not traced: it could not be replaced', () =>
        this.#trace(target, key, method.function, name),
      );
    }
  }

  #isSelected(info: ProviderMethodInfo, isOwn: boolean): boolean {
    if (isOwn ? this.#include?.has(info) === false : !this.#include?.names(info)) return false;
    return !this.#exclude.has(info);
  }

  #trace(target: object, key: string, found: Method, name: string): void {
    // A field or a method that other code has put on the object, such as a mock, or another hook of ours.
    const current = Object.getOwnPropertyDescriptor(target, key);
    if (current !== undefined && (current.value !== found || isReplacement(found))) return;
    // Traced before: as the handler of a request, or when modules were lazy-loaded.
    const keys = this.#tracedKeys.get(target) ?? new Set();
    if (keys.has(key)) return;
    this.#tracedKeys.set(target, keys.add(key));
    // The method of a base class that is a provider too.
    const original = this.#originals.get(found) ?? found;
    const traced = traceProviderMethod(original, name, this.#application.tracer);
    this.#restores.push(replaceMember(target, key, keepIdentity(traced, original)));
    this.#originals.set(traced, original);
    setOriginal(traced, original);
  }

  /** A span inside the start or the end of another one would start the next one, and so on without end. */
  #suppressSpansOf(parts: readonly object[]): void {
    const classOf = (part: object): object => Object(memberOf(part, 'constructor'));
    this.#origins.read(parts.map(classOf));
    for (const part of parts) {
      // Those of this library and of other packages call no provider.
      if (this.#origins.isFromPackage(classOf(part))) continue;
      const keys = PART_METHODS.filter((key) => typeof memberOf(part, key) === 'function');
      const trouble =
        'A part of the tracing could not be hooked. Its calls of providers are traced';
      for (const key of keys) {
        this.#try(trouble, () => this.#restores.push(wrapMethod(part, key, callSuppressed)));
      }
    }
  }

  /** The application must start with any provider. */
  #try(trouble: string, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#application.tracer.diagnostics.report(trouble, error);
    }
  }
}

function callSuppressed(method: unknown, self: unknown, args: unknown[]): unknown {
  const context = contextStorage.active().withSuppressed(true);
  return contextStorage.call(context, method as never, self, args);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isTraceable({ key }: PrototypeMethod): boolean {
  return !LIFECYCLE_METHODS.has(key) && !CONVERSIONS.has(key) && !key.startsWith('_');
}

/** Returns a class and its base classes. */
function classesOf(providerClass: object): object[] {
  const classes: object[] = [];
  let prototype = memberOf(providerClass, 'prototype') as object | null | undefined;
  while (prototype && prototype !== Object.prototype) {
    classes.push(constructorOf(prototype));
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return classes;
}

/** Returns the class of a prototype; the prototype itself if it has none. */
function constructorOf(prototype: object): object {
  const found = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
  return typeof found === 'function' ? found : prototype;
}
