/**
 * Batches of spans as an exporter sends them, in both formats of OTLP, of which only the ids change: writing a
 * million spans must not take longer than reading them.
 */
const SPANS_OF_TRACE = 10;
const SERVICE = 'orders';
const NAMES = ['GET /orders/:id', 'OrdersService.find', 'SELECT orders', 'PricingService.price'];
const KINDS = [2, 1, 3, 1];
const ATTRIBUTES = [
  ['http.request.method', 'GET'],
  ['url.path', '/orders/4711'],
  ['http.route', '/orders/:id'],
  ['server.address', 'orders.example.com'],
  ['db.system.name', 'postgresql'],
  ['db.query.text', 'SELECT id, name, price FROM orders WHERE id = $1'],
];
const START_NANOS = 1_700_000_000_000_000_000n;

/** A batch of `spanCount` spans in protobuf. `next` gives it new ids and returns its bytes. */
export function protobufBatch(spanCount) {
  const spans = [];
  for (let i = 0; i < spanCount; i++) spans.push(spanOf(i));
  const scopeSpans = message(2, Buffer.concat(spans.map((span) => message(2, span))));
  const resource = message(1, attribute('service.name', SERVICE));
  const body = message(1, Buffer.concat([resource, scopeSpans]));
  // A span begins with its ids, so they are found from the back, each before the next one's bytes.
  const starts = startsOf(body, spans);
  let trace = 0;
  return {
    next(batch) {
      for (let i = 0; i < spanCount; i++) {
        if (i % SPANS_OF_TRACE === 0) trace++;
        const at = starts[i];
        body.writeUInt32BE(trace >>> 0, at + 2 + 12);
        body.writeUInt32BE(batch, at + 2 + 8);
        body.writeUInt32BE(trace, at + 20);
        body.writeUInt32BE((i % SPANS_OF_TRACE) + 1, at + 24);
        if (i % SPANS_OF_TRACE === 0) continue;
        body.writeUInt32BE(trace, at + 30);
        body.writeUInt32BE(1, at + 34);
      }
      return body;
    },
  };
}

/** As {@link protobufBatch}, in JSON. */
export function jsonBatch(spanCount) {
  const attributes = ATTRIBUTES.map(([key, value]) => ({ key, value: { stringValue: value } }));
  const rest = NAMES.map((name, i) =>
    JSON.stringify({
      name,
      kind: KINDS[i],
      startTimeUnixNano: String(START_NANOS),
      endTimeUnixNano: String(START_NANOS + 1_000_000n),
      attributes,
    }).slice(1),
  );
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: SERVICE } }] };
  const head = `{"resourceSpans":[{"resource":${JSON.stringify(resource)},"scopeSpans":[{"spans":[`;
  let trace = 0;
  return {
    next(batch) {
      const spans = [];
      for (let i = 0; i < spanCount; i++) {
        if (i % SPANS_OF_TRACE === 0) trace++;
        const place = i % SPANS_OF_TRACE;
        const parent = place === 0 ? '' : `"parentSpanId":"${hex(trace)}00000001",`;
        const ids = `"traceId":"0000000000000001${hex(batch)}${hex(trace)}","spanId":"${hex(trace)}${hex(place + 1)}"`;
        spans.push(`{${ids},${parent}${rest[i % rest.length]}`);
      }
      return Buffer.from(`${head}${spans.join(',')}]}]}]}`);
    },
  };
}

function hex(number) {
  return number.toString(16).padStart(8, '0');
}

function spanOf(i) {
  const place = i % SPANS_OF_TRACE;
  const traceId = Buffer.alloc(16);
  traceId[7] = 1;
  const parent = place === 0 ? [] : [message(4, Buffer.alloc(8))];
  const kind = i % NAMES.length;
  return Buffer.concat([
    message(1, traceId),
    message(2, Buffer.alloc(8)),
    ...parent,
    message(5, Buffer.from(NAMES[kind])),
    Buffer.from([(6 << 3) | 0, KINDS[kind]]),
    fixed64(7, START_NANOS + BigInt(place) * 1_000n),
    fixed64(8, START_NANOS + 1_000_000n),
    ...ATTRIBUTES.map(([key, value]) => message(9, attributeBody(key, value))),
  ]);
}

function attribute(key, value) {
  return message(1, attributeBody(key, value));
}

function attributeBody(key, value) {
  return Buffer.concat([message(1, Buffer.from(key)), message(2, message(1, Buffer.from(value)))]);
}

function message(field, body) {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(body.length)]), body]);
}

function fixed64(field, value) {
  const bytes = Buffer.alloc(9);
  bytes[0] = (field << 3) | 1;
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
}

function varint(value) {
  const bytes = [];
  for (; value > 127; value = value >>> 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

function startsOf(body, spans) {
  const starts = [];
  let stop = body.length;
  for (const span of spans.toReversed()) {
    stop -= span.length;
    starts.push(stop);
    stop -= 1 + varint(span.length).length;
  }
  return starts.reverse();
}
