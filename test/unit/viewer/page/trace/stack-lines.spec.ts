import { describe, expect, it } from '@jest/globals';
import { stackLinesOf } from '../../../../../lib/viewer/page/trace/stack-lines.js';

describe('stackLinesOf', () => {
  it('takes the frames of the application out', () => {
    const stack = [
      'Error: no shelf',
      'second line',
      '    at Warehouse.findShelf (/app/src/warehouse.ts:31:11)',
      '    at next (node:internal/task:5:1)',
      '    at /app/node_modules/x/index.js:1:2',
      '    at async main (/app/src/main.ts:3:4)',
    ].join('\n');
    expect(stackLinesOf(stack)).toEqual({
      head: 'Error: no shelf\nsecond line',
      own: [
        'at Warehouse.findShelf (/app/src/warehouse.ts:31:11)',
        'at async main (/app/src/main.ts:3:4)',
      ],
      frameCount: 4,
    });
  });

  it('has no frames in other texts', () => {
    expect(stackLinesOf('what happened')).toEqual({
      head: 'what happened',
      own: [],
      frameCount: 0,
    });
  });
});
