import { describe, expect, it } from '@jest/globals';
import { TracingContext } from '../../../lib/context/index.js';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ProbabilitySampler,
  RuleBasedSampler,
} from '../../../lib/sampling/index.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ask } from '../../support/ask-sampler.js';

describeSampler({
  name: 'RuleBasedSampler',
  create: () =>
    new RuleBasedSampler({
      rules: [{ spanName: 'other', sampler: new AlwaysOffSampler() }],
      default: new ProbabilitySampler(0.5),
    }),
});

const TRACE_ID = 'f'.repeat(32);
const on = new AlwaysOnSampler();
const off = new AlwaysOffSampler();

describe('RuleBasedSampler', () => {
  it('asks the sampler of the first rule that fits, else the default', () => {
    const sampler = new RuleBasedSampler({
      rules: [
        { spanName: 'a', sampler: new ProbabilitySampler(0.5) },
        { spanName: /a/, sampler: new ProbabilitySampler(0.25) },
      ],
      default: new ProbabilitySampler(1),
    });
    const thresholdFor = (name: string) =>
      ask(sampler, TracingContext.ROOT, TRACE_ID, name).traceState?.serialize();
    expect(['a', 'ab', 'b'].map(thresholdFor)).toEqual(['ot=th:8', 'ot=th:c', 'ot=th:0']);
  });

  it('does not say that it follows unsampled parents, even if its samplers do', () => {
    expect(new RuleBasedSampler({ rules: [], default: off }).followsUnsampledParent).toBe(false);
  });

  it('describes its samplers', () => {
    const sampler = new RuleBasedSampler({
      rules: [{ sampler: off }, { sampler: on }],
      default: on,
    });
    expect(String(sampler)).toBe(
      'RuleBasedSampler{rules=[AlwaysOffSampler, AlwaysOnSampler], default=AlwaysOnSampler}',
    );
  });

  it.each([
    [undefined, 'RuleBasedSampler.options must be an object'],
    [{ rules: [] }, 'RuleBasedSampler.default must have the method shouldSample'],
    [{ default: on }, 'RuleBasedSampler.rules must be an array'],
    [{ rules: 'all', default: on }, 'RuleBasedSampler.rules must be an array'],
    [{ rules: [null], default: on }, 'RuleBasedSampler.rules[0] must be an object with a sampler'],
    [
      { rules: [{}], default: on },
      'RuleBasedSampler.rules[0].sampler must have the method shouldSample',
    ],
    [
      { rules: [{ sampler: on }, { spanName: 7, sampler: on }], default: on },
      'RuleBasedSampler.rules[1].spanName must be a string, a RegExp or a function, but it is 7',
    ],
    [
      { rules: [{ spanKind: 'server', sampler: on }], default: on },
      'RuleBasedSampler.rules[0].spanKind must be a SpanKind',
    ],
  ])('refuses the options %#', (options, message) => {
    expect(() => new RuleBasedSampler(options as never)).toThrow(message);
  });
});
