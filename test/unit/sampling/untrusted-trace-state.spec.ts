import {
  eraseThreshold,
  mentionsThreshold,
  readRandomness,
  readThreshold,
  writeThreshold,
} from '../../../lib/sampling/ot-entry.js';
import { passes } from '../../../lib/sampling/threshold.js';
import { untrustedTextSuite } from '../../suites/untrusted-text.suite.js';

// A trace state of another implementation may hold an entry of any length.
untrustedTextSuite({
  name: 'the entry ot of a trace state',
  maxWork: 5_000,
  heads: ['th:8;', 'rv:', 'a:b;'],
  parse: (text) => {
    mentionsThreshold(text);
    readThreshold(text);
    readRandomness(text);
    eraseThreshold(text);
    writeThreshold(text, '8');
    passes('8', text);
  },
});
