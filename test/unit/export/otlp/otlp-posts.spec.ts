import { describe, expect, it } from '@jest/globals';
import { otlpPosts } from '../../../../lib/export/otlp/otlp-posts.js';

describe('otlpPosts', () => {
  it.each([
    ['http/protobuf', 'application/x-protobuf'],
    ['http/json', 'application/json'],
  ] as const)('posts %s as %s', (protocol, contentType) => {
    const { encoding, userAgent } = otlpPosts(protocol);
    expect(encoding.contentType).toBe(contentType);
    expect(userAgent).toMatch(/ OTel-OTLP-Exporter-JavaScript\//);
  });
});
