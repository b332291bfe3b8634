import { describe, expect, it } from '@jest/globals';
import { framesOfStack } from '../../../../lib/viewer/analysis/stack-frames.js';

const STACK = [
  'WarehouseOfflineError: The warehouse (north) does not answer',
  '    at Warehouse.findShelf (/app/src/warehouse.ts:31:11)',
  '    at async Stock.reserve [as handler] (file:///app/src/stock.ts:7:9)',
  '    at new Order (/app/src/order.ts:3:1)',
  '    at /app/src/main.ts:4:2',
  '    at Object.<anonymous> (/app/src/main.ts:5:2)',
  '    at query (/app/node_modules/pg/lib/client.js:1:1)',
  '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
  'Caused by: Error: no',
  '    at connect (/app/src/net.ts:2)',
].join('\n');

describe('framesOfStack', () => {
  it('reads the places, their functions and whose code it is', () => {
    const frames = framesOfStack(STACK, 50).map(
      ({ file, line, column, functionName = '-', isOwn }) =>
        `${functionName} ${file} ${line} ${column} ${isOwn}`,
    );
    expect(frames).toEqual([
      'Warehouse.findShelf /app/src/warehouse.ts 31 11 true',
      'Stock.reserve file:///app/src/stock.ts 7 9 true',
      'new Order /app/src/order.ts 3 1 true',
      '- /app/src/main.ts 4 2 true',
      '- /app/src/main.ts 5 2 true',
      'query /app/node_modules/pg/lib/client.js 1 1 false',
      'process.processTicksAndRejections node:internal/process/task_queues 95 5 false',
      'connect /app/src/net.ts 2 undefined true',
    ]);
  });

  it('reads no more frames than it is asked for', () => {
    expect(framesOfStack(STACK, 2).map(({ line }) => line)).toEqual([31, 7]);
  });

  it.each(['', 'no stack', '    at nowhere'])('finds nothing in %j', (stack) => {
    expect(framesOfStack(stack, 50)).toEqual([]);
  });
});
