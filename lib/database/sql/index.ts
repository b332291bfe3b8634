export { cutText, SqlReader, type SqlReading } from './sql-reader.js';
