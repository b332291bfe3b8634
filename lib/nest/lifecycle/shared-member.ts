import type { LocalTracer } from '../../context/index.js';
import { keepIdentity } from '../../decorators/keep-identity.js';
import { memberOf, replaceMember } from '../../operation/index.js';
import type { Method } from '../prototype-methods.js';

/** The users of a replaced method. A property of the replacement, so that all applications find it. */
const SHARED = Symbol.for('nestjs-traced.lifecycle.1');

interface Shared {
  /** The tracers of the applications that trace the method. */
  readonly users: LocalTracer[];
  readonly restore: () => void;
}

/**
 * Creates the replacement of a method. It keeps the name, the properties and the metadata of the original, in
 * which Nest finds routes, and filters of middleware.
 *
 * @param users the tracers of the applications that trace the method
 * @param trace returns the function that replaces `original`
 */
export function replacementOf(
  original: Method,
  users: LocalTracer[],
  trace: (original: Method, users: readonly LocalTracer[]) => Method,
): Method {
  return keepIdentity(trace(original, users), original);
}

/**
 * Replaces a method of one object by a function that traces it. Applications that trace the same object share
 * the replacement. The method comes back when the last of them releases it, in any order.
 *
 * @returns a function that releases it
 * @throws TypeError if the object is frozen
 */
export function traceSharedMember(
  target: object,
  key: string,
  tracer: LocalTracer,
  trace: (original: Method, users: readonly LocalTracer[]) => Method,
): () => void {
  const shared = sharedOf(target, key) ?? replaceShared(target, key, trace);
  shared.users.push(tracer);
  return () => {
    const index = shared.users.indexOf(tracer);
    if (index >= 0) shared.users.splice(index, 1);
    if (shared.users.length === 0) shared.restore();
  };
}

function sharedOf(target: object, key: string): Shared | undefined {
  const member = Object.getOwnPropertyDescriptor(target, key)?.value as
    | { readonly [SHARED]?: Shared }
    | undefined;
  return member?.[SHARED];
}

function replaceShared(
  target: object,
  key: string,
  trace: (original: Method, users: readonly LocalTracer[]) => Method,
): Shared {
  const users: LocalTracer[] = [];
  const replacement = replacementOf(memberOf(target, key) as Method, users, trace);
  const shared = { users, restore: replaceMember(target, key, replacement) };
  Object.defineProperty(replacement, SHARED, { value: shared });
  return shared;
}
