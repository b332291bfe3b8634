import { methodTracing } from '../../decorators/index.js';

/**
 * Whether decorators decide about the spans of a method: `@Traced()` gives it a span, which the lifecycle does not
 * repeat, and `@Untraced()` excludes it.
 *
 * @param owner an instance, or a prototype
 */
export function isDecorated(owner: object, key: string): boolean {
  const tracing = methodTracing(owner, key);
  return tracing === 'traced' || tracing === 'untraced';
}
