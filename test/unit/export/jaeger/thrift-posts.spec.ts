import { describe, expect, it } from '@jest/globals';
import { thriftPosts } from '../../../../lib/export/jaeger/thrift-posts.js';
import { KNOWN_SPAN } from '../otlp/sample-spans.js';

describe('thriftPosts', () => {
  it('posts Thrift', () => {
    const { encoding, userAgent } = thriftPosts();
    expect(encoding.contentType).toBe('application/vnd.apache.thrift.binary');
    expect(userAgent).toMatch(/^nestjs-traced\//);
  });

  it('groups spans by their resource, whichever scope they are of', () => {
    const another = { ...KNOWN_SPAN, resource: Object.create(KNOWN_SPAN.resource) };
    const inAnotherScope = { ...KNOWN_SPAN, instrumentationScope: { name: 'other' } };
    const groups = [...(thriftPosts().group?.([KNOWN_SPAN, another, inAnotherScope]) ?? [])];
    expect(groups).toEqual([[KNOWN_SPAN, inAnotherScope], [another]]);
    expect(groups[1]?.[0]).toBe(another);
  });
});
