import { describe, expect, it } from '@jest/globals';
import {
  createMetricsController,
  TracingMetricsController,
} from '../../../../lib/nest/metrics/tracing-metrics.controller.js';

describe('createMetricsController', () => {
  it('is the controller itself, or a subclass at a path', () => {
    expect(createMetricsController({})).toBe(TracingMetricsController);
    const atPath = createMetricsController({ path: 'internal/metrics' });
    expect(Object.getPrototypeOf(atPath)).toBe(TracingMetricsController);
    expect(Reflect.getMetadata('path', atPath)).toBe('internal/metrics');
    expect(Reflect.getMetadata('path', TracingMetricsController)).toBe('metrics');
  });
});
