export { JOB_PROVIDERS } from './job-providers.js';
