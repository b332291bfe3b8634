import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/errors.js';
import { stagesOf } from '../../../lib/lifecycle/lifecycle-options.js';

describe('stagesOf', () => {
  it.each([
    [undefined, []],
    [false, []],
    [{}, []],
    [{ guards: undefined, pipes: false }, []],
    [true, ['handler']],
    ['all', ['middleware', 'guard', 'interceptor', 'pipe', 'handler', 'exception_filter']],
    [{ guards: true, filters: true, handlers: false }, ['guard', 'exception_filter']],
    [{ middleware: true, pipes: true, interceptors: true }, ['middleware', 'interceptor', 'pipe']],
  ] as const)('reads %j', (option, stages) => {
    expect([...stagesOf(option as never)]).toEqual(stages);
  });

  it.each([
    ['handlers', "lifecycle must be true, false, 'all' or an object"],
    [null, 'lifecycle must be true'],
    [1, 'lifecycle must be true'],
    [['guards'], 'lifecycle must be true'],
    [{ guard: true }, 'lifecycle must only have the members middleware, guards, interceptors'],
    [{ toString: true }, 'lifecycle must only have the members'],
    [{ guards: 'yes' }, 'lifecycle.guards must be true or false'],
  ])('refuses %j', (option, message) => {
    const read = (): unknown => stagesOf(option as never);
    expect(read).toThrow(TracingConfigError);
    expect(read).toThrow(message);
  });
});
