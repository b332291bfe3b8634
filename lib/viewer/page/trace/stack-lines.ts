import { ownFrameOf } from '../../analysis/exception-frame.js';

/** The text of a stack in parts. */
export interface StackLines {
  /** What stands before the first frame: the type and the message. */
  readonly head: string;
  /** The frames of the application. */
  readonly own: readonly string[];
  /** The number of all frames. */
  readonly frameCount: number;
}

const MAX_LINES = 200;
const FRAME = /^\s*at |@.*:\d+/;

/** Takes the frames of the application out of a stack: they say where to look. */
export function stackLinesOf(stack: string): StackLines {
  const lines = stack.split('\n').slice(0, MAX_LINES);
  const first = lines.findIndex((line) => FRAME.test(line));
  if (first === -1) return { head: stack, own: [], frameCount: 0 };
  const frames = lines.slice(first).filter((line) => FRAME.test(line));
  return {
    head: lines.slice(0, first).join('\n'),
    own: frames.filter((line) => ownFrameOf(line) !== undefined).map((line) => line.trim()),
    frameCount: frames.length,
  };
}
