import { expect, it } from '@jest/globals';
import { callHooksFirst } from '../../../lib/nest/module-order.js';

it('callHooksFirst puts a module before global modules in the order of Nest', () => {
  const global = { distance: Number.MAX_VALUE };
  const ours = { distance: 1 };
  callHooksFirst([ours]);
  const modules = [global, ours].sort((a, b) => b.distance - a.distance);
  expect(modules).toEqual([ours, global]);
});
