import { describe, expect, it } from '@jest/globals';
import { hintFor } from '../../../../lib/export/transport/connection-hints.js';

describe('hintFor', () => {
  it.each([
    ['ECONNREFUSED connect ECONNREFUSED 127.0.0.1:1', /nothing listens/],
    ['getaddrinfo ENOTFOUND collectr', /no name server knows the host/],
    ['Name resolution failed for target dns:collectr:4317', /no name server knows the host/],
    ['getaddrinfo EAI_AGAIN collector', /name server did not answer/],
    ['connect ENOENT /run/otel.sock', /no such socket file/],
    ['connect EACCES /run/otel.sock', /may not connect/],
    ['connect ENOTSOCK /run/otel.sock', /no socket/],
    ['connect ETIMEDOUT 10.0.0.1:4318', /firewall/],
    ['connect EHOSTUNREACH 10.0.0.1:4318', /no route/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT self-signed certificate', /tls\.ca/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE unable to verify the first certificate', /tls\.ca/],
    ['CERT_HAS_EXPIRED certificate has expired', /has expired/],
    ['ERR_TLS_CERT_ALTNAME_INVALID Hostname/IP does not match', /another host/],
    [
      'EPROTO 00:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:',
      /port for http:/,
    ],
    [
      'ERR_SSL_X 00:error:0A00045C:SSL routines::tlsv13 alert certificate required:SSL alert number 116',
      /tls\.cert/,
    ],
  ])('says what to do about %s', (text, hint) => {
    expect(hintFor(text)).toMatch(hint);
  });

  it.each(['', 'socket hang up', 'ECONNRESET read ECONNRESET', 'ENOTFOUNDX', 'MYENOENT'])(
    'says nothing more about %j',
    (text) => {
      expect(hintFor(text)).toBeUndefined();
    },
  );
});
