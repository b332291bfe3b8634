const { describe, expect, it } = require('@jest/globals');
const { TracingModule, Tracer } = require('nestjs-traced');
const { createTestTracing, traceAsText } = require('nestjs-traced/testing');

// jest in its usual mode cannot require ES modules; it gets the CommonJS build.
describe('nestjs-traced in a CommonJS test', () => {
  it('comes as CommonJS', () => {
    expect(require.resolve('nestjs-traced')).toMatch(/dist.cjs.index\.js$/);
    expect(TracingModule.forRoot()).toMatchObject({ module: TracingModule });
  });

  it('is one library through both doors', () => {
    const { tracer, recorder } = createTestTracing();
    expect(tracer).toBeInstanceOf(Tracer);
    tracer.trace('work', () => tracer.startSpan('part').end());
    expect(traceAsText(recorder.takeSpans())).toBe('work\n  part');
    recorder.verify();
  });
});
