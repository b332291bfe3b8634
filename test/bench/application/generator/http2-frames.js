/** Spec: RFC 9113, section 6. */
export const FRAME = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
};
export const FLAG = { END_STREAM: 1, ACK: 1, END_HEADERS: 4 };
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const WINDOW = 2 ** 31 - 65_536;
export const HEAD_BYTES = 9;

export function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** What a client sends first: it takes as much as it is sent. */
export function opening() {
  const window = Buffer.alloc(4);
  window.writeUInt32BE(WINDOW);
  return Buffer.concat([
    PREFACE,
    frame(FRAME.SETTINGS, 0, 0),
    frame(FRAME.WINDOW_UPDATE, 0, 0, window),
  ]);
}

/** A header that enters no dynamic table. Spec: RFC 7541, section 6 and appendix A. */
export function literal(name, value) {
  return Buffer.concat([Buffer.from([...name, value.length]), Buffer.from(value)]);
}
