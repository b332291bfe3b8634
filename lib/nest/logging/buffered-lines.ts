import { Logger } from '@nestjs/common';
import { contextStorage } from '../../context/index.js';
import { contextOfLine } from '../../logging/index.js';
import { replaceMember } from '../../operation/index.js';

/** A line that Nest's `Logger` keeps until a logger is set. */
interface BufferedLine {
  /** Writes the line. */
  methodRef: (...args: unknown[]) => unknown;
}

/**
 * Binds the lines that Nest buffers during the start (`bufferLogs`) to the span in which they are logged, or to
 * none: Nest writes them later, in whatever span is active then. Has no effect if Nest buffers no lines, or keeps them in another way.
 *
 * Nothing needs to be restored: Nest replaces the list when it writes the lines.
 */
export function bindBufferedLines(): void {
  const { isBufferAttached, logBuffer } = Logger as unknown as {
    readonly isBufferAttached?: boolean;
    readonly logBuffer?: BufferedLine[];
  };
  if (isBufferAttached !== true || !Array.isArray(logBuffer)) return;
  if (Object.hasOwn(logBuffer, 'push')) return;
  replaceMember(logBuffer, 'push', function (this: BufferedLine[], ...lines: BufferedLine[]) {
    const context = contextOfLine();
    for (const line of lines) line.methodRef = contextStorage.bind(context, line.methodRef);
    return Array.prototype.push.apply(this, lines);
  });
}
