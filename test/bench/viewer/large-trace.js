const SERVICES = ['gateway', 'orders', 'inventory', 'mailer', 'users'];
/** Offset and length of each span of a request in microseconds, and the place of its parent. */
const SHAPE = [
  [0, 90, -1],
  [5, 80, 0],
  [10, 70, 1],
  [12, 20, 2],
  [34, 20, 2],
  [55, 20, 2],
  [14, 5, 3],
  [20, 5, 3],
  [36, 12, 4],
  [57, 15, 5],
];
const SPANS_OF_REQUEST = 5_000;
const START_NANOS = 1_700_000_000_000_000_000n;

/** The id of a trace of {@link sendLargeTrace}. */
export function idOfLargeTrace(spanCount) {
  return spanCount.toString(16).padStart(32, '0');
}

/** Sends a trace of any size: requests one after another, each a tree of ten spans in five services. */
export async function sendLargeTrace(port, spanCount) {
  for (let from = 0; from < spanCount; from += SPANS_OF_REQUEST) {
    const byService = new Map();
    for (let row = from; row < Math.min(spanCount, from + SPANS_OF_REQUEST); row++) {
      const { service, span } = spanOf(row, spanCount);
      if (!byService.has(service)) byService.set(service, []);
      byService.get(service).push(span);
    }
    const resourceSpans = [...byService].map(([service, spans]) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [{ spans }],
    }));
    const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans }),
    });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
  }
}

function spanOf(row, spanCount) {
  const traceId = idOfLargeTrace(spanCount);
  if (row === 0) {
    const length = Math.ceil((spanCount - 1) / 10) * 100 + 50;
    const span = {
      traceId,
      spanId: spanId(0),
      name: 'import everything',
      kind: 2,
      ...times(0, length),
    };
    return { service: SERVICES[0], span };
  }
  const request = Math.floor((row - 1) / 10);
  const place = (row - 1) % 10;
  const [offset, length, parent] = SHAPE[place];
  const span = {
    traceId,
    spanId: spanId(row),
    parentSpanId: spanId(parent === -1 ? 0 : request * 10 + parent + 1),
    name: place > 5 ? `SELECT table_${place}` : `Step${request % 40}.part${place}`,
    kind: place > 5 ? 3 : 1,
    ...times(request * 100 + offset + 20, length),
    ...(row % 997 === 0 ? { status: { code: 2, message: `failure ${row}` } } : {}),
    attributes: [{ key: 'order.id', value: { intValue: String(row) } }],
  };
  return { service: SERVICES[(place + request) % SERVICES.length], span };
}

function spanId(row) {
  return (row + 1).toString(16).padStart(16, '0');
}

function times(fromMicros, lengthMicros) {
  const start = START_NANOS + BigInt(fromMicros) * 1000n;
  return {
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(lengthMicros) * 1000n),
  };
}
