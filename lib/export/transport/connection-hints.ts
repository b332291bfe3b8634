const NO_AUTHORITY =
  'the certificate is not signed by an authority that this process trusts. Give the authority of a receiver in tls.ca, OTEL_EXPORTER_OTLP_CERTIFICATE or NODE_EXTRA_CA_CERTS, that of a proxy in NODE_EXTRA_CA_CERTS';
const NO_TLS = 'the other end does not speak TLS. Is this its port for http:?';
const CLIENT_CERTIFICATE =
  'the other end refuses the certificate of this client, or wants one. Give tls.cert and tls.key';

/** By the codes and the texts of Node's errors. The first one that is found counts. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/\bEAI_AGAIN\b/, 'the name server did not answer'],
  [
    /\bENOTFOUND\b|\bName resolution failed\b/,
    'no name server knows the host. Is its name spelled correctly?',
  ],
  [/\bECONNREFUSED\b/, 'nothing listens there. Does the receiver run, and at this address?'],
  [/\b(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)\b/, 'there is no route from here to that address'],
  [/\bETIMEDOUT\b/, 'nothing answered in time. Does a firewall drop the packets?'],
  [
    /\bENOENT\b/,
    'there is no such socket file. Does the receiver run, and does this process see the directory?',
  ],
  [/\bENOTSOCK\b/, 'the file is no socket'],
  [
    /\b(EACCES|EPERM)\b/,
    'this process may not connect. Has its user write permission for the socket file?',
  ],
  [
    /\b(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)\b|\bself.signed certificate\b|\bunable to (get local issuer|verify the first) certificate\b/,
    NO_AUTHORITY,
  ],
  [
    /\bCERT_HAS_EXPIRED\b|\bcertificate has expired\b/,
    'the certificate of the receiver has expired',
  ],
  [
    /\bERR_TLS_CERT_ALTNAME_INVALID\b|does not match certificate's altnames/,
    'the certificate is for another host. Write the name in it into the URL',
  ],
  [/wrong version number|packet length too long|http request/i, NO_TLS],
  [
    /alert (number (40|42|48|116)|bad certificate|certificate required|handshake failure|unknown ca)/i,
    CLIENT_CERTIFICATE,
  ],
];

/**
 * What the reader of the log can do about a connection that failed; undefined where the error says it all.
 *
 * @param text the code or the message of the error, or both
 */
export function hintFor(text: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(text))?.[1];
}
