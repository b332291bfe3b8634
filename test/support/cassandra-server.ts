import * as net from 'node:net';

/** An answer: rows of text columns, the next page of them, an error, or nothing. */
export interface CassandraAnswer {
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly string[])[];
  /** Whether there is another page. */
  readonly hasMore?: boolean;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A server that speaks enough of Cassandra's protocol 4 for the real driver. It keeps nothing. */
export interface CassandraServer {
  readonly port: number;
  /** The texts of queries and batches, without those that the driver sends for itself. */
  readonly texts: readonly string[];
  close(): Promise<void>;
}

const OPCODE = { error: 0, startup: 1, ready: 2, options: 5, supported: 6, query: 7, result: 8 };
const PREPARE = 9;
const EXECUTE = 10;
const REGISTER = 11;
const BATCH = 13;
const HEADER_SIZE = 9;
export const HOST_ID = 'f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff';

/** Clients need `protocolOptions: { maxVersion: 4 }` and `isMetadataSyncEnabled: false`. */
export async function startCassandraServer(
  answers: (text: string) => CassandraAnswer,
): Promise<CassandraServer> {
  const texts: string[] = [];
  const prepared: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= HEADER_SIZE) {
        const size = HEADER_SIZE + received.readInt32BE(5);
        if (received.length < size) return;
        const [opcode, body] = respond(received[4] as number, received.subarray(HEADER_SIZE, size));
        socket.write(frame(received.readInt16BE(2), opcode, body));
        received = received.subarray(size);
      }
    });
  });

  function respond(opcode: number, body: Buffer): readonly [number, Buffer] {
    switch (opcode) {
      case OPCODE.options:
        return [OPCODE.supported, short(0)];
      case OPCODE.startup:
      case REGISTER:
        return [OPCODE.ready, Buffer.alloc(0)];
      case PREPARE: {
        const text = longString(body, 0);
        prepared.push(text);
        return [OPCODE.result, preparedResult(prepared.length - 1, text)];
      }
      case EXECUTE:
        return resultOf(prepared[body.readInt16BE(2)] as string);
      case BATCH:
        return resultOf(textsOfBatch(body).join('; '));
      default:
        return resultOf(longString(body, 0));
    }
  }

  function textsOfBatch(body: Buffer): string[] {
    const found: string[] = [];
    let offset = 3;
    for (let left = body.readUInt16BE(1); left > 0; left--) {
      if (body[offset] === 0) {
        const text = longString(body, offset + 1);
        found.push(text);
        offset += 5 + Buffer.byteLength(text);
      } else {
        found.push(prepared[body.readInt16BE(offset + 3)] as string);
        offset += 5;
      }
      const valueCount = body.readUInt16BE(offset);
      offset += 2;
      for (let value = 0; value < valueCount; value++) {
        offset += 4 + Math.max(body.readInt32BE(offset), 0);
      }
    }
    return found;
  }

  function resultOf(text: string): readonly [number, Buffer] {
    if (/^USE /.test(text)) {
      return [OPCODE.result, Buffer.concat([int(3), string(text.replace(/^USE |"/g, ''))])];
    }
    const own = answerOfSystem(text);
    if (own === undefined) texts.push(text);
    const { error, columns, rows, hasMore } = own ?? answers(text);
    if (error !== undefined) {
      return [OPCODE.error, Buffer.concat([int(error.code), string(error.message)])];
    }
    if (columns === undefined) return [OPCODE.result, int(1)];
    return [OPCODE.result, rowsResult(columns, rows ?? [], hasMore === true)];
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    texts,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function answerOfSystem(text: string): CassandraAnswer | undefined {
  if (/FROM system\.local/.test(text)) {
    const local = {
      key: 'local',
      cluster_name: 'shop',
      data_center: 'dc1',
      rack: 'r1',
      release_version: '4.1.0',
      partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
      host_id: HOST_ID,
      schema_version: HOST_ID,
    };
    return { columns: Object.keys(local), rows: [Object.values(local)] };
  }
  return /FROM system/.test(text) ? { columns: ['peer'], rows: [] } : undefined;
}

function rowsResult(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  hasMore: boolean,
): Buffer {
  return Buffer.concat([
    int(2),
    int(hasMore ? 3 : 1),
    int(columns.length),
    ...(hasMore ? [bytes(Buffer.from('page'))] : []),
    string('shop'),
    string('songs'),
    ...columns.flatMap((name) => [string(name), short(isId(name) ? TYPE_UUID : TYPE_TEXT)]),
    int(rows.length),
    ...rows.flatMap((row) =>
      row.map((value, index) =>
        bytes(
          isId(columns[index]) ? Buffer.from(value.replaceAll('-', ''), 'hex') : Buffer.from(value),
        ),
      ),
    ),
  ]);
}

const TYPE_UUID = 12;
const TYPE_TEXT = 13;

function isId(column: string | undefined): boolean {
  return column === 'host_id' || column === 'schema_version';
}

function preparedResult(id: number, text: string): Buffer {
  const count = text.split('?').length - 1;
  return Buffer.concat([
    int(4),
    Buffer.concat([short(2), short(id)]),
    int(1),
    int(count),
    int(0),
    string('shop'),
    string('songs'),
    ...Array.from({ length: count }, (_, index) =>
      Buffer.concat([string(`p${index}`), short(TYPE_TEXT)]),
    ),
    int(4),
    int(0),
  ]);
}

function frame(stream: number, opcode: number, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  header[0] = 0x84;
  header.writeInt16BE(stream, 2);
  header[4] = opcode;
  header.writeInt32BE(body.length, 5);
  return Buffer.concat([header, body]);
}

function longString(body: Buffer, offset: number): string {
  return body.toString('utf8', offset + 4, offset + 4 + body.readInt32BE(offset));
}

function short(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function bytes(value: Buffer): Buffer {
  return Buffer.concat([int(value.length), value]);
}

function string(value: string): Buffer {
  return Buffer.concat([short(Buffer.byteLength(value)), Buffer.from(value)]);
}
