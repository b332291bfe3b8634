import { describe, expect, it } from '@jest/globals';
import { type Attributes, ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { sampler } from '../../../../lib/assembly/configuration-file/sampler-section.js';
import { JaegerRemoteSampler, SamplingDecision } from '../../../../lib/sampling/index.js';
import { messageOf, placeInFile } from './configuration-files.js';

const read = (value: unknown) => sampler(value, placeInFile());

/** What it decides about a span. */
function decide(
  value: unknown,
  attributes: Attributes = {},
  kind = SpanKind.INTERNAL,
  parent?: 'remote' | 'local',
): string {
  const traceId = 'a'.repeat(32);
  const spanContext = {
    traceId,
    spanId: 'b'.repeat(16),
    traceFlags: TraceFlags.NONE,
    isRemote: parent === 'remote',
  };
  const context =
    parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext);
  const { decision } = read(value).shouldSample(context, traceId, 'span', kind, attributes, []);
  return NAMES[decision] ?? '';
}

const NAMES = Object.fromEntries(
  Object.entries(SamplingDecision).map(([name, decision]) => [decision, name]),
);
const SAMPLED = 'RECORD_AND_SAMPLED';
const DROPPED = 'NOT_RECORD';

describe('the section of the sampler', () => {
  it.each([
    [{ always_on: null }, 'AlwaysOnSampler'],
    [{ always_off: {} }, 'AlwaysOffSampler'],
    [{ trace_id_ratio_based: { ratio: 0.25 } }, 'ProbabilitySampler{0.25}'],
    [{ trace_id_ratio_based: null }, 'ProbabilitySampler{1}'],
    [{ 'probability/development': { ratio: 0 } }, 'ProbabilitySampler{0}'],
    [{ 'composite/development': { probability: { ratio: 0.5 } } }, 'ProbabilitySampler{0.5}'],
    [{ 'composite/development': { rule_based: null } }, 'RuleBased{}'],
  ])('makes of %j', (value, expected) => {
    expect(String(read(value))).toBe(expected);
  });

  it('makes a parent based sampler with the defaults of the specification', () => {
    expect(String(read({ parent_based: null }))).toBe(
      'ParentBased{root=AlwaysOnSampler, remoteParentSampled=AlwaysOnSampler, remoteParentNotSampled=AlwaysOffSampler, ' +
        'localParentSampled=AlwaysOnSampler, localParentNotSampled=AlwaysOffSampler}',
    );
    const all = {
      root: { trace_id_ratio_based: { ratio: 0.5 } },
      remote_parent_sampled: { always_off: null },
      remote_parent_not_sampled: { always_on: null },
      local_parent_sampled: { always_off: null },
      local_parent_not_sampled: { always_on: null },
    };
    expect(String(read({ parent_based: all }))).toBe(
      'ParentBased{root=ProbabilitySampler{0.5}, remoteParentSampled=AlwaysOffSampler, remoteParentNotSampled=AlwaysOnSampler, ' +
        'localParentSampled=AlwaysOffSampler, localParentNotSampled=AlwaysOnSampler}',
    );
  });

  it('makes a sampler that records all spans', () => {
    expect(decide({ always_record: { root: { always_off: null } } })).toBe('RECORD');
  });

  it('follows the parent with parent_threshold', () => {
    const value = { 'composite/development': { parent_threshold: { root: { always_on: null } } } };
    expect([decide(value), decide(value, {}, SpanKind.SERVER, 'remote')]).toEqual([
      SAMPLED,
      DROPPED,
    ]);
  });

  it.each<[string, object, Attributes, string]>([
    ['a value', { attribute_values: { key: 'k', values: ['x', '404'] } }, { k: 404 }, SAMPLED],
    ['no value', { attribute_values: { key: 'k', values: ['x'] } }, { k: 'y' }, DROPPED],
    ['a missing attribute', { attribute_values: { key: 'k', values: [''] } }, {}, DROPPED],
    ['an item', { attribute_values: { key: 'k', values: ['b'] } }, { k: ['a', 'b'] }, SAMPLED],
    ['a pattern', { attribute_patterns: { key: 'k', included: ['4?4*'] } }, { k: 404 }, SAMPLED],
    ['the case', { attribute_patterns: { key: 'k', included: ['A*'] } }, { k: 'ab' }, DROPPED],
    [
      'a dot as a dot',
      { attribute_patterns: { key: 'k', included: ['a.b'] } },
      { k: 'axb' },
      DROPPED,
    ],
    [
      'what is excluded',
      { attribute_patterns: { key: 'k', included: ['*'], excluded: ['/health*'] } },
      { k: '/healthz' },
      DROPPED,
    ],
    [
      'what is not excluded',
      { attribute_patterns: { key: 'k', excluded: ['x'] } },
      { k: 'y' },
      SAMPLED,
    ],
    ['a kind', { span_kinds: ['client', 'internal'] }, {}, SAMPLED],
    ['another kind', { span_kinds: ['server'] }, {}, DROPPED],
    ['no parent', { parent: ['none'] }, {}, SAMPLED],
    ['a parent', { parent: ['remote', 'local'] }, {}, DROPPED],
    ['all conditions', { parent: ['none'], span_kinds: ['server'] }, {}, DROPPED],
    ['no condition', {}, {}, SAMPLED],
  ])('has rules that match %s', (_, conditions, attributes, expected) => {
    const rules = [{ ...conditions, sampler: { always_on: null } }];
    expect(decide({ 'composite/development': { rule_based: { rules } } }, attributes)).toBe(
      expected,
    );
  });

  it('tells remote parents from local ones, and takes the first rule that matches', () => {
    const rules = [
      { parent: ['remote'], sampler: { always_on: null } },
      { parent: ['local'], sampler: { always_off: null } },
      { sampler: { always_on: null } },
    ];
    const value = { 'composite/development': { rule_based: { rules } } };
    const kind = SpanKind.INTERNAL;
    expect([decide(value, {}, kind, 'remote'), decide(value, {}, kind, 'local')]).toEqual([
      SAMPLED,
      DROPPED,
    ]);
  });

  it('makes a sampler that asks a Jaeger server', () => {
    const jaeger = { endpoint: 'http://127.0.0.1:1', initial_sampler: { always_off: null } };
    const value = { 'jaeger_remote/development': jaeger };
    expect(read(value)).toBeInstanceOf(JaegerRemoteSampler);
    const bad = { 'jaeger_remote/development': { ...jaeger, endpoint: 'localhost:14250' } };
    expect(messageOf(() => read(bad))).toMatch(/endpoint must be the URL of a server/);
    const place = placeInFile();
    const initial_sampler = { parent_based: null };
    sampler({ 'jaeger_remote/development': { ...jaeger, initial_sampler } }, place);
    expect([...place.facts.lacking]).toEqual(['jaeger_remote/development.initial_sampler']);
  });

  it.each([
    [
      { trace_id_ratio_based: { ratio: 2 } },
      /trace_id_ratio_based\.ratio must be a number from 0 to 1/,
    ],
    [{ trace_id_ratio_based: { ratio: '1' } }, /but it is "1"/],
    [{ parent_based: { roots: null } }, /parent_based\.roots must be a setting/],
    [{ always_on: { a: 1 } }, /always_on\.a must be a setting/],
    [{ always_record: null }, /always_record\.root must be set/],
    [
      { mine: null },
      /must name a sampler that this library has: always_on.*Pass a sampler of your own/,
    ],
    [
      { 'composite/development': { rule_based: { rules: [{}] } } },
      /rules\[0\]\.sampler must be set/,
    ],
    [[], /must be an object, but it is an array of 0 items/],
  ])('refuses %j', (value, expected) => {
    expect(messageOf(() => read(value))).toMatch(expected);
  });

  it('refuses a sampler that contains itself', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.parent_based = { root: cyclic };
    expect(messageOf(() => read(cyclic))).toMatch(/must not nest more than 50/);
  });
});
