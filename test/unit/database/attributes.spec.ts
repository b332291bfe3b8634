import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributeNames from '../../../lib/database/attributes.js';

describe('attribute names', () => {
  it.each(Object.entries(attributeNames))(
    '%s is of the conventions or of our namespace',
    (constant, name) => {
      if (constant === 'DB_QUERY_PARAMETER_PREFIX') expect(name).toBe('db.query.parameter.');
      else if (constant === 'DB_OPERATION_PARAMETER_PREFIX') {
        expect(name).toBe('db.operation.parameter.');
      } else if (!/^nestjs_traced\.db\.[a-z_.]+$/.test(name)) {
        expect(Object.values(conventions)).toContain(name);
      }
    },
  );
});
