import { describe, expect, it } from '@jest/globals';
import { BadRequestException } from '@nestjs/common';
import { recordStageFailure } from '../../../lib/lifecycle/stage-failure.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

describe('recordStageFailure', () => {
  const createTracing = tracingsOfTest();

  it.each([
    ['an answer to the client', new BadRequestException('no'), false],
    ['any other error', new TypeError('oops'), true],
    ['null', null, true],
  ])('records %s, and fails the span for errors of the server', (_, exception, isError) => {
    const { tracer, recorder } = createTracing();
    const span = tracer.startSpan('guard');
    recordStageFailure(span, exception);
    span.end();
    const text = traceAsText([recorder.takeSpan()], { attributes: ['error.type'] });
    expect(text.includes(' ERROR')).toBe(isError);
    expect(text.includes('error.type')).toBe(isError);
    expect(text).toContain('exception ');
  });
});
