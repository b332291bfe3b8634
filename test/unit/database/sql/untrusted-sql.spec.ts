import { maskValues } from '../../../../lib/database/mask-values.js';
import { commentSql } from '../../../../lib/database/sql/comment-sql.js';
import { SqlReader } from '../../../../lib/database/sql/sql-reader.js';
import { untrustedTextSuite } from '../../../suites/untrusted-text.suite.js';

// Texts of SQL hold what callers sent where the application puts values into them.
const heads = ["SELECT '"];

for (const system of ['postgresql', 'mysql']) {
  const reader = new SqlReader(system, 4096);
  untrustedTextSuite({ name: `the SQL of ${system}`, parse: (text) => reader.read(text), heads });
}
untrustedTextSuite({
  name: 'SQL that gets a comment',
  parse: (text) => commentSql(text, 'mysql', 'c'),
  heads,
});
untrustedTextSuite({ name: 'the message of a failed query', parse: maskValues, heads: ["'"] });
