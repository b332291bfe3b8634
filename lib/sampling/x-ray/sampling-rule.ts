import type { Attributes } from '@opentelemetry/api';
import { compileWildcards, type WildcardPattern } from './wildcard-pattern.js';

// Semantic conventions 1.45.0, `docs/http/http-spans.md`.
const HTTP_REQUEST_METHOD = 'http.request.method';
const SERVER_ADDRESS = 'server.address';
const URL_PATH = 'url.path';
const URL_FULL = 'url.full';

/** A sampling rule of X-Ray. All members are checked. */
export interface XRayRule {
  readonly name: string;
  /** 1 to 9999; the lowest number is asked first. */
  readonly priority: number;
  /** Share of the traces to keep beyond the reservoir, 0 to 1. */
  readonly fixedRate: number;
  /** Traces per second that all services together keep first. */
  readonly reservoirSize: number;
  readonly fits: (service: XRayService, attributes: Attributes) => boolean;
}

/** What rules can ask about the service. */
export interface XRayService {
  readonly name: string;
  /** Such as `AWS::ECS::Container`; undefined if it is not known. */
  readonly type: string | undefined;
  /** The ARN of the resource; undefined if it is not known. */
  readonly resourceArn: string | undefined;
}

/** One page of rules. */
export interface XRayRulePage {
  readonly rules: readonly XRayRule[];
  /** The number of records that cannot be used. */
  readonly invalidCount: number;
  readonly nextToken: string | undefined;
}

/** The only version of rules. */
const VERSION = 1;
/** The longest member that AWS allows is a path of 128 characters, and an ARN of 500. */
const MAX_PATTERN_LENGTH = 512;
const MAX_ATTRIBUTES = 5;

/**
 * Reads a response of `GetSamplingRules`.
 * Spec: AWS X-Ray API Reference, `GetSamplingRules`, `SamplingRule`.
 *
 * @throws TypeError if it is no such response
 */
export function parseRulePage(response: unknown): XRayRulePage {
  const { SamplingRuleRecords: records, NextToken: token } = (response ?? {}) as Record<
    string,
    unknown
  >;
  if (!Array.isArray(records)) throw new TypeError('SamplingRuleRecords is not an array');
  const rules = records.map((record) => parseRule(record?.SamplingRule));
  const valid = rules.filter((rule) => rule !== undefined);
  return {
    rules: valid,
    invalidCount: rules.length - valid.length,
    nextToken: typeof token === 'string' && token !== '' ? token : undefined,
  };
}

/** Returns undefined for a rule that breaks the reference: it would otherwise apply to unknown requests. */
function parseRule(given: unknown): XRayRule | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const rule = given as Record<string, unknown>;
  const { RuleName: name, Priority: priority, Version: version } = rule;
  const { FixedRate: fixedRate, ReservoirSize: reservoirSize } = rule;
  const fits = compileRule(rule);
  const isValid =
    typeof name === 'string' &&
    version === VERSION &&
    isNumber(priority, Number.MAX_SAFE_INTEGER) &&
    isNumber(fixedRate, 1) &&
    isNumber(reservoirSize, Number.MAX_SAFE_INTEGER);
  if (!isValid || fits === undefined) return undefined;
  return { name, priority, fixedRate, reservoirSize, fits };
}

function compileRule(rule: Record<string, unknown>): XRayRule['fits'] | undefined {
  const host = compile(rule.Host);
  const method = compile(rule.HTTPMethod);
  const path = compile(rule.URLPath);
  const serviceName = compile(rule.ServiceName);
  const serviceType = compile(rule.ServiceType);
  const resourceArn = compile(rule.ResourceARN);
  const conditions = compileAttributes(rule.Attributes);
  if (!host || !method || !path || !serviceName || !serviceType || !resourceArn || !conditions) {
    return undefined;
  }
  return (service, attributes) =>
    serviceName(service.name) &&
    serviceType(service.type) &&
    resourceArn(service.resourceArn) &&
    method(textOf(attributes[HTTP_REQUEST_METHOD])) &&
    host(textOf(attributes[SERVER_ADDRESS])) &&
    path(pathOf(attributes)) &&
    conditions.every(([key, fits]) => {
      const value = textOf(attributes[key]);
      return value !== undefined && fits(value);
    });
}

function compile(pattern: unknown): WildcardPattern | undefined {
  return typeof pattern === 'string' && pattern.length <= MAX_PATTERN_LENGTH
    ? compileWildcards(pattern)
    : undefined;
}

function compileAttributes(
  given: unknown,
): readonly (readonly [string, WildcardPattern])[] | undefined {
  if (given === undefined || given === null) return [];
  if (typeof given !== 'object') return undefined;
  const entries = Object.entries(given);
  if (entries.length > MAX_ATTRIBUTES) return undefined;
  const compiled = entries.map(([key, pattern]) => [key, compile(pattern)] as const);
  return compiled.every((entry): entry is [string, WildcardPattern] => entry[1] !== undefined)
    ? compiled
    : undefined;
}

/** Clients have the whole URL only. */
function pathOf(attributes: Attributes): string | undefined {
  const path = textOf(attributes[URL_PATH]);
  if (path !== undefined) return path;
  const full = textOf(attributes[URL_FULL]);
  return full !== undefined && URL.canParse(full) ? new URL(full).pathname : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function isNumber(value: unknown, max: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= max;
}
