import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../../lib/context/index.js';
import { urlTemplateIn, withUrlTemplate } from '../../../../lib/http/client/url-template.js';

const current = (): string | undefined => urlTemplateIn(contextStorage.active());

describe('withUrlTemplate', () => {
  it('holds inside of the function, and what it starts', async () => {
    const later = withUrlTemplate('/a', async () => {
      const first = current();
      await null;
      return [first, current(), withUrlTemplate('/b', current)];
    });
    expect(current()).toBeUndefined();
    expect(await later).toEqual(['/a', '/a', '/b']);
  });

  it.each(['', 7, null])('takes %j for no template', (template) => {
    expect(withUrlTemplate(template as never, current)).toBeUndefined();
  });
});
