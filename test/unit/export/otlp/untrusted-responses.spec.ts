import { parseRefusal, parseResponse } from '../../../../lib/export/otlp/response.js';
import { untrustedTextSuite } from '../../../suites/untrusted-text.suite.js';

const TYPES = ['application/json', 'application/x-protobuf', 'text/plain'];

for (const type of TYPES) {
  untrustedTextSuite({
    name: `a response of the type ${type}`,
    parse: (text) => {
      const body = Buffer.from(text);
      parseRefusal(body, type);
      try {
        parseResponse({ body, contentType: type }, type);
      } catch {
        // Most of the texts are no response.
      }
    },
    heads: ['{"partialSuccess":{"errorMessage":"', '{"message":"', '\n\u0002'],
  });
  untrustedTextSuite({
    name: `the content type of a response, ${type}`,
    parse: (text) => parseRefusal(Buffer.from('a'), text),
    heads: [`${type};`],
  });
}
