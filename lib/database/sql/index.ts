export { commentSql } from './comment-sql.js';
export { cutText, SqlReader, type SqlReading } from './sql-reader.js';
