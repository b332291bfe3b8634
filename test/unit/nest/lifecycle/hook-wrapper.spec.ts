import { describe, expect, it } from '@jest/globals';
import { hookWrapper } from '../../../../lib/nest/lifecycle/hook-wrapper.js';

const STATIC = { id: 1 };
const REQUEST = { id: 0.5 };

function wrapperOf(hosts: Map<object, object>, isNotMetatype = false) {
  return new (class {
    readonly metatype = Object;
    readonly isNotMetatype = isNotMetatype;

    getInstanceByContextId(contextId: object): unknown {
      return hosts.get(contextId);
    }
  })();
}

function hook(hosts: [object, object][], isNotMetatype?: boolean, isDone = true) {
  const visited: [object, boolean][] = [];
  const wrapper = wrapperOf(new Map(hosts), isNotMetatype);
  const restore = hookWrapper(wrapper, (instance, isStatic) => {
    visited.push([instance, isStatic]);
    return isDone;
  });
  return { wrapper, visited, restore };
}

describe('hookWrapper', () => {
  it('visits each instance once, before Nest gets it', () => {
    const [ofAll, ofRequest] = [{ a: 1 }, { b: 1 }];
    const { wrapper, visited, restore } = hook([
      [STATIC, { instance: ofAll, isResolved: true }],
      [REQUEST, { instance: ofRequest, isResolved: true }],
    ]);
    for (const contextId of [STATIC, REQUEST, STATIC, REQUEST]) {
      expect(wrapper.getInstanceByContextId(contextId)).toMatchObject({ isResolved: true });
    }
    expect(visited).toEqual([
      [ofAll, true],
      [ofRequest, false],
    ]);
    restore?.();
    expect(Object.hasOwn(wrapper, 'getInstanceByContextId')).toBe(false);
  });

  it('visits an instance again if the visit was not successful', () => {
    const { wrapper, visited } = hook(
      [[REQUEST, { instance: {}, isResolved: true }]],
      false,
      false,
    );
    wrapper.getInstanceByContextId(REQUEST);
    wrapper.getInstanceByContextId(REQUEST);
    expect(visited).toHaveLength(2);
  });

  it.each([
    ['an instance that Nest is creating', { instance: {}, isResolved: false }],
    ['no instance', { instance: null, isResolved: true }],
    ['a value', { instance: 7, isResolved: true }],
    ['nothing', undefined],
  ])('does not visit %s', (_, host) => {
    const { wrapper, visited } = hook([[STATIC, host as object]]);
    expect(wrapper.getInstanceByContextId(STATIC)).toBe(host);
    expect(visited).toEqual([]);
  });

  it('visits what a factory returns for the application, and not for a request', () => {
    const host = { instance: {}, isResolved: true };
    const { wrapper, visited } = hook(
      [
        [STATIC, host],
        [REQUEST, { ...host }],
      ],
      true,
    );
    wrapper.getInstanceByContextId(REQUEST);
    expect(visited).toEqual([]);
    wrapper.getInstanceByContextId(STATIC);
    expect(visited).toHaveLength(1);
  });

  it('does nothing for an unknown version of Nest', () => {
    expect(hookWrapper({ metatype: Object }, () => true)).toBeUndefined();
  });
});
