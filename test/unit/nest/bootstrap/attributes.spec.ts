import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions';
import { MODULE_NAME, SERVER_PORT } from '../../../../lib/nest/bootstrap/attributes.js';

describe('the attribute names of a start', () => {
  it('are in the semantic conventions, or in a namespace of Nest', () => {
    expect(SERVER_PORT).toBe(conventions.ATTR_SERVER_PORT);
    expect(MODULE_NAME).toBe('nestjs.module.name');
  });
});
