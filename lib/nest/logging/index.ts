export { LOGGING_PROVIDERS } from './logging-providers.js';
export { TracedLogger } from './traced-logger.js';
