import type { Attributes } from '@opentelemetry/api';
import { type XRayClocks, type XRayRuleCounts, XRayRuleState } from './rule-state.js';
import type { XRayRule, XRayService } from './sampling-rule.js';
import type { XRayTarget } from './sampling-target.js';

/** The rules are used for this time after they were received. Spec: AWS X-Ray SDKs. */
const TIME_TO_LIVE_MILLIS = 60 * 60 * 1000;

/** For requests that no rule fits, and while there are no rules: one trace per second, and 5 % of the others. */
const FALLBACK: XRayRule = {
  name: '',
  priority: Number.POSITIVE_INFINITY,
  fixedRate: 0.05,
  reservoirSize: 1,
  fits: () => true,
};

/** The rules in the order of their priority, with their reservoirs and counts. */
export class XRayRules {
  readonly #clocks: XRayClocks;
  #states: readonly XRayRuleState[] = [];
  readonly #fallback: XRayRuleState;
  /** By the monotonic clock; undefined if there were no rules yet. */
  #receivedMillis: number | undefined;
  #receivedEpochMillis = 0;

  constructor(clocks: XRayClocks) {
    this.#clocks = clocks;
    this.#fallback = new XRayRuleState(FALLBACK, clocks);
  }

  /** Replaces all rules. A rule whose name is known keeps its reservoir and counts. */
  replace(rules: readonly XRayRule[]): void {
    const known = new Map(this.#states.map((state) => [state.rule.name, state]));
    this.#states = rules
      .map((rule) => {
        const state = known.get(rule.name);
        if (state === undefined) return new XRayRuleState(rule, this.#clocks);
        state.update(rule);
        return state;
      })
      .sort(({ rule: one }, { rule: other }) =>
        one.priority === other.priority
          ? compareTexts(one.name, other.name)
          : one.priority - other.priority,
      );
    this.#receivedMillis = this.#clocks.monotonicMillis();
    this.#receivedEpochMillis = this.#clocks.epochMillis();
  }

  /** Whether the rules were received before a time. */
  areOlderThan(epochMillis: number): boolean {
    return this.#receivedEpochMillis < epochMillis;
  }

  /** Returns the first rule that fits. */
  stateFor(service: XRayService, attributes: Attributes): XRayRuleState {
    if (this.#areValid()) {
      for (const state of this.#states) {
        if (state.rule.fits(service, attributes)) return state;
      }
    }
    return this.#fallback;
  }

  assign(targets: readonly XRayTarget[]): void {
    const byName = new Map(targets.map((target) => [target.ruleName, target]));
    for (const state of this.#states) {
      const target = byName.get(state.rule.name);
      if (target !== undefined) state.assign(target);
    }
  }

  /** Takes the counts of the rules that are to be reported now. */
  takeCounts(): (readonly [XRayRuleState, XRayRuleCounts])[] {
    const taken: (readonly [XRayRuleState, XRayRuleCounts])[] = [];
    for (const state of this.#states) {
      const counts = state.takeCounts();
      if (counts !== undefined) taken.push([state, counts]);
    }
    return taken;
  }

  toString(): string {
    return this.#areValid() ? `${this.#states.length} rules` : 'no rules';
  }

  #areValid(): boolean {
    const received = this.#receivedMillis;
    return (
      received !== undefined && this.#clocks.monotonicMillis() - received < TIME_TO_LIVE_MILLIS
    );
  }
}

/** By code units, as the SDKs of AWS compare names. */
function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
