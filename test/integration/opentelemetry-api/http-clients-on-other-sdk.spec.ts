import { afterAll } from '@jest/globals';
import { httpClientSuite } from '../../suites/http-client.suite.js';
import { tracingOnOtherSdk } from '../../support/options-on-other-sdk.js';
import { CLIENTS, closeClients } from '../http-client/clients.js';

afterAll(closeClients);

/** One client for each way in which clients are watched. */
const WATCHED = CLIENTS.filter(({ name }) => /^(fetch|http\.request|tracedFetch)$/.test(name));
if (WATCHED.length !== 3) throw new Error(`Only ${WATCHED.map(({ name }) => name)} are clients`);

for (const client of WATCHED) httpClientSuite(client, false, tracingOnOtherSdk);
