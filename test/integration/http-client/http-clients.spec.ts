import { afterAll } from '@jest/globals';
import { httpClientSuite } from '../../suites/http-client.suite.js';
import { CLIENTS, closeClients, SECURE_CLIENT } from './clients.js';

afterAll(closeClients);

for (const client of CLIENTS) httpClientSuite(client);
httpClientSuite(SECURE_CLIENT, true);
