import type { TracingContext } from '../../context/index.js';

// Another copy of the library creates the same key.
const DESCRIBED_COMMANDS = Symbol.for('nestjs-traced.described-commands');

/**
 * Marks a context whose span describes the commands of MongoDB that are sent in it, such as the span of an operation
 * of Mongoose. They have no spans of their own.
 */
export function withDescribedCommands(context: TracingContext): TracingContext {
  return context.setValue(DESCRIBED_COMMANDS, context.span);
}

/**
 * Whether the span of a context describes its commands, see {@link withDescribedCommands}. It does so until it ends,
 * and not for spans that are started below it.
 */
export function describesCommands(context: TracingContext): boolean {
  const { span } = context;
  return span !== undefined && context.getValue(DESCRIBED_COMMANDS) === span && span.isRecording();
}
