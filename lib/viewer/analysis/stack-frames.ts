import { type StackFrame, stackFrameOf } from './exception-frame.js';

/** A frame of a stack, with the function that was running. */
export interface NamedFrame extends StackFrame {
  /** `Warehouse.findShelf`; undefined for code outside of functions, and for functions without a name. */
  readonly functionName: string | undefined;
}

const FUNCTION = /^\s*at (?:async )?(.+?) \([^)]/;
const ALIAS = / \[as [^\]]*\]$/;
const MAX_STACK_LENGTH = 64 * 1024;

/**
 * All frames of a stack, in its order, with those of the causes that are written below it.
 *
 * @param maxFrames the frames after these are left out
 */
export function framesOfStack(stack: string, maxFrames: number): NamedFrame[] {
  const frames: NamedFrame[] = [];
  for (const line of stack.slice(0, MAX_STACK_LENGTH).split('\n')) {
    if (frames.length === maxFrames) break;
    const frame = stackFrameOf(line);
    if (frame !== undefined) frames.push({ ...frame, functionName: functionOf(line) });
  }
  return frames;
}

function functionOf(line: string): string | undefined {
  const name = FUNCTION.exec(line)?.[1]?.replace(ALIAS, '');
  return name === undefined || /<anonymous>$/.test(name) ? undefined : name;
}
