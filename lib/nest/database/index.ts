export { DATABASE_PROVIDERS } from './database-providers.js';
