export { WEB_SOCKET_PROVIDERS } from './web-socket-providers.js';
