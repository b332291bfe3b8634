import { describe, expect, it } from '@jest/globals';
import { StageMembers } from '../../../../lib/nest/lifecycle/stage-members.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

class Guard {
  canActivate(): boolean {
    return true;
  }
}

class FieldGuard {
  canActivate = (): boolean => true;
}

describe('StageMembers', () => {
  const createTracing = tracingsOfTest();

  function create() {
    const tracing = createTracing();
    const members = new StageMembers(tracing.tracer, new Set(['guard']));
    const run = (guard: Guard): string => {
      tracing.tracer.trace('request', () => guard.canActivate());
      return traceAsText(tracing.recorder.takeSpans(), { attributes: false });
    };
    return { ...tracing, members, run };
  }

  it('knows its stages', () => {
    const { members } = create();
    expect([members.has('guard'), members.has('pipe')]).toEqual([true, false]);
  });

  it('traces a method once, until the release', () => {
    const { members, run } = create();
    const guard = new Guard();
    members.trace(guard, 'canActivate', 'guard');
    members.trace(guard, 'canActivate', 'guard');
    expect(run(guard)).toBe('request\n  Guard.canActivate');
    members.release();
    expect(Object.getOwnPropertyNames(guard)).toEqual([]);
    expect(run(guard)).toBe('request');
  });

  it('gives instances of requests one replacement, which stays and does nothing after the release', () => {
    const { members, run } = create();
    const guards = [new Guard(), new Guard()] as const;
    for (const guard of guards) members.traceForRequest(guard, 'canActivate', 'guard');
    expect(guards[0].canActivate).toBe(guards[1].canActivate);
    expect(run(guards[1])).toBe('request\n  Guard.canActivate');
    members.release();
    expect(run(guards[1])).toBe('request');
  });

  it('does not share the function of a field', () => {
    const { members, run } = create();
    const guards = [new FieldGuard(), new FieldGuard()] as const;
    for (const guard of guards) members.traceForRequest(guard, 'canActivate', 'guard');
    expect(guards[0].canActivate).not.toBe(guards[1].canActivate);
    expect(run(guards[1])).toBe('request\n  FieldGuard.canActivate');
  });

  it('traces handlers on the instance, or below its prototype, once', () => {
    const { members, run } = create();
    const [controller, gateway] = [new Guard(), new Guard()];
    members.traceHandlers(controller, ['canActivate'], 'instance');
    expect(Object.getOwnPropertyNames(controller)).toEqual(['canActivate']);
    members.traceHandlers(gateway, ['canActivate'], 'prototype');
    members.traceHandlers(gateway, ['canActivate'], 'prototype');
    expect(Object.getOwnPropertyNames(gateway)).toEqual([]);
    expect([run(controller), run(gateway)]).toEqual([
      'request\n  Guard.canActivate',
      'request\n  Guard.canActivate',
    ]);
    members.release();
    expect(Object.getPrototypeOf(gateway)).toBe(Guard.prototype);
  });

  it('reports a frozen instance, and does not throw', () => {
    const { members, warnings } = create();
    const frozen = Object.freeze(new Guard());
    members.trace(frozen, 'canActivate', 'guard');
    members.traceForRequest(frozen, 'canActivate', 'guard');
    members.traceHandlers(frozen, ['canActivate'], 'prototype');
    expect(warnings.join()).toContain('has no spans: its method could not be replaced');
  });
});
