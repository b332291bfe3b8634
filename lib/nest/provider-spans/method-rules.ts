import type { Diagnostics } from '../../diagnostics.js';
import { IgnoreRules } from '../../ignore-rules.js';
import { methodsOfPrototype } from '../prototype-methods.js';
import type { ProviderClass, ProviderMethodInfo, ProviderRule } from './provider-span-options.js';

/** The rules of `providers.include` or `providers.exclude`. */
export class MethodRules {
  readonly #rules: IgnoreRules<ProviderMethodInfo>;
  readonly #classes: readonly ProviderClass[];
  /** Whether there are classes, or texts without `*`: only those select objects of other packages. */
  readonly hasNames: boolean;

  /** @throws TracingConfigError for an invalid list of rules */
  constructor(option: string, rules: readonly ProviderRule[], diagnostics: Diagnostics) {
    const given: readonly ProviderRule[] = Array.isArray(rules) ? rules : [];
    this.#classes = given.filter(isClass);
    this.hasNames =
      this.#classes.length > 0 ||
      given.some((rule) => typeof rule === 'string' && !rule.includes('*'));
    // In their places, so that a message names the right one.
    const places = Array.isArray(rules) ? given.map(ruleOf) : rules;
    this.#rules = new IgnoreRules(
      planOf(option),
      places as ReturnType<typeof ruleOf>[],
      diagnostics,
    );
  }

  /** Whether a rule selects the method. */
  has(method: ProviderMethodInfo): boolean {
    return this.#rules.hasText(method.className) || this.#rules.has(method.name, method);
  }

  /** Whether a class or a text without `*` selects the method. */
  names(method: ProviderMethodInfo): boolean {
    return (
      this.#rules.hasText(method.className) ||
      this.#rules.hasText(method.name) ||
      this.#classes.some((rule) => isOfClass(method, rule))
    );
  }
}

function planOf(option: string) {
  return {
    option,
    isText: (rule: string): boolean =>
      /^[\p{ID_Continue}$*]+(\.[\p{ID_Continue}$*]+)?$/u.test(rule),
    requirement:
      'must be an array of names such as "OrdersService" and "OrdersService.place", regular expressions, classes and functions',
    remedy:
      'Name a class, a class and a method, or use * for any characters: "*Repository", "*.find".',
  };
}

function ruleOf(rule: ProviderRule): string | RegExp | ((method: ProviderMethodInfo) => boolean) {
  if (isClass(rule)) return (method) => isOfClass(method, rule);
  if (typeof rule !== 'string' || !rule.includes('*') || !planOf('').isText(rule)) return rule;
  const pattern = rule.replaceAll('$', '\\$').replaceAll('.', '\\.').replaceAll('*', '[^.]*');
  return new RegExp(rule.includes('.') ? `^${pattern}$` : `^${pattern}\\.`);
}

function isOfClass(
  { providerClass, moduleClass }: ProviderMethodInfo,
  rule: ProviderClass,
): boolean {
  return [providerClass, moduleClass].some(
    (candidate) => candidate === rule || Object.prototype.isPrototypeOf.call(rule, candidate),
  );
}

/**
 * The prototype of a class cannot be replaced; that of a function can, if it has one at all. Older classes, such as
 * `EventEmitter`, are functions whose prototype has methods.
 */
function isClass(rule: unknown): rule is ProviderClass {
  if (typeof rule !== 'function') return false;
  const prototype = Object.getOwnPropertyDescriptor(rule, 'prototype');
  if (prototype === undefined) return false;
  return prototype.writable === false || methodsOfPrototype(prototype.value).length > 0;
}
