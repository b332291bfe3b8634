import { describe, expect, it } from '@jest/globals';
import {
  drawScatter,
  type ScatterCanvas,
} from '../../../../../lib/viewer/page/list/scatter-drawing.js';
import { scatterScale } from '../../../../../lib/viewer/page/list/scatter-scale.js';
import { traceRow } from '../../../../support/trace-rows.js';

const COLORS = { ink: 'ink', dim: 'dim', line: 'line', dot: 'dot', bad: 'bad', selection: 'sel' };

/** A canvas that writes down what is filled and stroked, with the color and the calls before. */
function recordingCanvas(): { readonly canvas: ScatterCanvas; readonly drawn: string[] } {
  const drawn: string[] = [];
  let path: string[] = [];
  const canvas: ScatterCanvas = {
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 1,
    font: '',
    globalAlpha: 1,
    textAlign: 'left',
    textBaseline: 'alphabetic',
    clearRect: () => {},
    beginPath: () => {
      path = [];
    },
    moveTo: () => {},
    lineTo: () => path.push('line'),
    arc: () => path.push('arc'),
    fill: () => drawn.push(`${canvas.fillStyle}: ${path.join(' ')}`),
    stroke: () => drawn.push(`${canvas.strokeStyle}: ${path.join(' ')}`),
    fillRect: (x, _y, width) => drawn.push(`${canvas.fillStyle}: from ${x}, ${width} wide`),
    fillText: (text) => drawn.push(`${canvas.fillStyle}: ${text}`),
  };
  return { canvas, drawn };
}

const rows = [traceRow(1), traceRow(2, { failedCount: 1 }), traceRow(3)];
const scale = scatterScale(rows, { width: 400, height: 100 });

describe('drawScatter', () => {
  it('draws a dot for each trace, a cross for one that failed, and lines at durations', () => {
    const { canvas, drawn } = recordingCanvas();
    drawScatter(canvas, rows, scale, COLORS, { selectedId: undefined, drag: undefined });
    expect(drawn).toEqual([
      ...['1 ms', '10 ms', '100 ms'].flatMap((text) => ['line: line', `dim: ${text}`]),
      'dot: arc arc',
      'bad: line line',
    ]);
  });

  it('draws a ring around the selected trace, and what is dragged over', () => {
    const { canvas, drawn } = recordingCanvas();
    const marks = { selectedId: rows[1]?.id, drag: { fromX: 90, toX: 40 } };
    drawScatter(canvas, rows, scale, COLORS, marks);
    expect(drawn.slice(-2)).toEqual(['ink: arc', 'sel: from 40, 50 wide']);
  });
});
