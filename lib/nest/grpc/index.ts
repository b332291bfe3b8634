export { GRPC_PROVIDERS } from './grpc-providers.js';
