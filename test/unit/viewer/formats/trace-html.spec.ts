import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type BuiltPage, buildPage } from '../../../../.build/page.js';
import { SAVED_TRACE_ID } from '../../../../lib/viewer/formats/saved-trace-id.js';
import { traceHtml } from '../../../../lib/viewer/formats/trace-html.js';
import { ROOT } from '../../../architecture/source-tree.js';

const HOSTILE = {
  '</script><script>alert(1)</script>': [
    '<!--',
    '-->',
    '<script>',
    ']]>',
    '&lt;&quot;',
    '<\\/script',
  ],
  'line\u2028and\u2029paragraph': 'quote " and \\u003c and $& and $1',
};

let page: BuiltPage;
beforeAll(async () => {
  page = await buildPage(ROOT);
});

/** The text of the element with the data, found as a parser of HTML finds its end. */
function dataOf(html: string): string {
  const [, rest = ''] = html.split(`<script type="application/json" id="${SAVED_TRACE_ID}">`);
  return rest.slice(0, rest.search(/<\/script/i));
}

describe('traceHtml', () => {
  it('embeds data so that no value ends the element or looks like the begin of another', () => {
    const html = traceHtml(page, JSON.stringify(HOSTILE));
    const data = dataOf(html);
    expect(JSON.parse(data)).toEqual(HOSTILE);
    expect(data).not.toMatch(/[<\u2028\u2029]/);
    expect(html).not.toContain('alert(1)</script>');
  });

  it('keeps the page as it is, so that its hashes stay right', () => {
    const html = traceHtml(page, '{}');
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
      ([, text = '']) => text,
    );
    const hashes = scripts.map((text) => createHash('sha256').update(text).digest('base64'));
    expect(hashes).toHaveLength(1);
    expect(page.policy).toContain(`'sha256-${hashes[0]}'`);
  });

  it('has a policy that allows its own script and no request', () => {
    const [, policy = ''] =
      /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(traceHtml(page, '{}')) ??
      [];
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toMatch(/connect-src 'self'|frame-ancestors/);
    expect(policy).toMatch(/script-src 'sha256-/);
    expect(policy).toContain("default-src 'none'");
  });

  it('has its policy before everything that the policy is about', () => {
    const html = traceHtml(page, '{}');
    const policy = html.indexOf('http-equiv');
    for (const part of ['<style', '<script', '<link', '<title']) {
      expect(html.indexOf(part)).toBeGreaterThan(policy);
    }
  });

  it('is hardly longer than the page and its data', () => {
    const data = JSON.stringify({ text: 'x'.repeat(1_000) });
    expect(traceHtml(page, data).length).toBeLessThan(page.html.length + data.length + 1_000);
  });

  it('refuses what is not the page', () => {
    expect(() => traceHtml({ html: '<p>', policy: '' }, '{}')).toThrow(RangeError);
  });
});
