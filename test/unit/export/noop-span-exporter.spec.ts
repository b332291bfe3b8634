import { NoopSpanExporter } from '../../../lib/export/index.js';
import { describeSpanExporter } from '../../suites/span-exporter.suite.js';

describeSpanExporter({
  name: 'NoopSpanExporter',
  create: () => ({ exporter: new NoopSpanExporter() }),
  cannot: {
    deliver: 'doing nothing with spans is what it is for',
    fail: 'nothing is done that could fail',
  },
});
