import { describe, expect, it } from '@jest/globals';
import { XRayRules } from '../../../../lib/sampling/x-ray/rules.js';
import type { XRayRule } from '../../../../lib/sampling/x-ray/sampling-rule.js';

const SERVICE = { name: 'orders', type: undefined, resourceArn: undefined };
const HOUR = 3_600_000;

const rule = (name: string, priority: number, fits = true): XRayRule => ({
  name,
  priority,
  fixedRate: 0,
  reservoirSize: 0,
  fits: () => fits,
});

function create() {
  const clock = { now: 0 };
  const rules = new XRayRules({
    monotonicMillis: () => clock.now,
    epochMillis: () => 1.8e12 + clock.now,
  });
  const nameFor = () => rules.stateFor(SERVICE, {}).rule.name;
  return { clock, rules, nameFor };
}

describe('XRayRules', () => {
  it('asks in the order of priority, then of names', () => {
    const { rules, nameFor } = create();
    rules.replace([rule('c', 2), rule('b', 1), rule('a', 1, false), rule('A', 1)]);
    expect(nameFor()).toBe('A');
    rules.replace([rule('c', 2), rule('b', 1), rule('a', 1, false)]);
    expect(nameFor()).toBe('b');
    expect(String(rules)).toBe('3 rules');
  });

  it('has a rule of its own without rules, for what fits none, and after an hour', () => {
    const { clock, rules, nameFor } = create();
    expect(nameFor()).toBe('');
    expect(String(rules)).toBe('no rules');
    const { rule: fallback } = rules.stateFor(SERVICE, {});
    expect(fallback).toMatchObject({ fixedRate: 0.05, reservoirSize: 1 });
    rules.replace([rule('a', 1, false)]);
    expect(nameFor()).toBe('');
    rules.replace([rule('a', 1)]);
    expect(nameFor()).toBe('a');
    clock.now = HOUR;
    expect(nameFor()).toBe('');
    rules.replace([rule('a', 1)]);
    expect(nameFor()).toBe('a');
  });

  it('keeps the counts of rules that stay, and reports no others', () => {
    const { rules } = create();
    rules.stateFor(SERVICE, {}).decide('1'.repeat(32), undefined);
    expect(rules.takeCounts()).toEqual([]);
    rules.replace([rule('a', 1), rule('b', 2)]);
    const state = rules.stateFor(SERVICE, {});
    state.decide('1'.repeat(32), undefined);
    rules.replace([rule('b', 2), { ...rule('a', 3), fixedRate: 1 }]);
    expect(rules.takeCounts()).toEqual([[state, { requests: 1, sampled: 0, borrowed: 0 }]]);
    expect(state.rule.priority).toBe(3);
  });

  it('assigns targets by the names of rules', () => {
    const { rules } = create();
    rules.replace([rule('a', 1)]);
    const target = { quota: undefined, quotaEndEpochMillis: undefined, intervalMillis: undefined };
    rules.assign([
      { ruleName: 'a', fixedRate: 1, ...target },
      { ruleName: 'x', fixedRate: 0, ...target },
    ]);
    expect(rules.stateFor(SERVICE, {}).decide('1'.repeat(32), undefined).decision).toBe(2);
  });

  it('knows whether it is older than a change', () => {
    const { rules } = create();
    expect(rules.areOlderThan(1)).toBe(true);
    rules.replace([]);
    expect(rules.areOlderThan(1.8e12)).toBe(false);
    expect(rules.areOlderThan(1.8e12 + 1)).toBe(true);
  });
});
