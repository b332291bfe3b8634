var __defProp = Object.defineProperty;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// lib/viewer/server/page-bytes.ts
var page_bytes_exports = {};
__export(page_bytes_exports, {
  PAGE_GZIP: () => PAGE_GZIP,
  PAGE_POLICY: () => PAGE_POLICY
});
var PAGE_GZIP, PAGE_POLICY;
var init_page_bytes = __esm({
  "lib/viewer/server/page-bytes.ts"() {
    "use strict";
    PAGE_GZIP = "";
    PAGE_POLICY = "";
  }
});

// lib/printable.ts
function printable(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ");
}

// lib/diagnostics.ts
var reportingCount = 0;
var Diagnostics = class {
  #logger;
  #counts = /* @__PURE__ */ new Map();
  constructor(logger = console) {
    this.#logger = logger;
  }
  /**
   * Reports a failure that must not affect the user's code.
   *
   * @param cause a fixed text, so that equal failures are counted together and the number of causes is bounded;
   *   the varying part belongs in `detail`
   * @param detail the thrown error, or what identifies the failure
   * @param times how often it occurred since the last report, at least 1
   */
  report(cause, detail, times = 1) {
    const before = this.#counts.get(cause) ?? 0;
    const count = before + times;
    this.#counts.set(cause, count);
    if (!passesPowerOfTen(before, count)) return;
    const total = count === 1 ? "" : ` (${count} times so far)`;
    const reason = detail === void 0 ? "" : `: ${describe(detail)}`;
    this.say(`${cause}${total}${reason}`);
  }
  /** Logs a message without a count, for changes of state that must appear in the log. */
  say(message2) {
    reportingCount++;
    try {
      this.#logger.warn(printable(message2));
    } catch {
    } finally {
      reportingCount--;
    }
  }
  /** Returns how often each cause has occurred. */
  counts() {
    return Object.fromEntries(this.#counts);
  }
};
function passesPowerOfTen(before, count) {
  let power = 1;
  while (power <= before) power *= 10;
  return power <= count;
}
var MAX_DETAIL_LENGTH = 1e3;
function describe(detail) {
  try {
    const text = detail instanceof Error ? `${detail.name}: ${detail.message}` : String(detail);
    return text.length > MAX_DETAIL_LENGTH ? `${text.slice(0, MAX_DETAIL_LENGTH)}\u2026` : text;
  } catch {
    return "something that cannot be described";
  }
}

// lib/viewer/server/viewer-server.ts
import { once } from "node:events";
import { createServer } from "node:http";

// lib/viewer/server/access-rules.ts
import { createHash, timingSafeEqual } from "node:crypto";
var LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];
var INGEST_PATH = /^\/v1\/[a-z]+$/;
var PAGE_PATH = /^\/(t\/[0-9a-f]{32}|graph|compare)?$/;
var CONTENT_TYPES = [
  "application/json",
  "application/x-protobuf",
  "application/protobuf"
];
var OWN_HEADER = "x-nestjs-traced";
var COOKIE = "nestjs-traced-token";
function judge(request, settings) {
  const { method, path, headers } = request;
  const isIngest = INGEST_PATH.test(path);
  const isFromBrowser = headers.origin !== void 0 || Object.keys(headers).some((name) => name.startsWith("sec-fetch-"));
  const isForeignSender = isIngest && method === "POST" && !isFromBrowser;
  if (!isForeignSender && !isOwnHost(headers.host, settings)) {
    return refused(403, "The Host header does not name this server.");
  }
  const { origin } = headers;
  const isOwn = origin !== void 0 && isOwnOrigin(origin, settings);
  const isIngestOrigin = isIngest && origin !== void 0 && !isOwn && maySendOtlp(origin, settings);
  const site = headers["sec-fetch-site"];
  const isOtherSite = site !== void 0 && site !== "same-origin" && site !== "none";
  if (isOtherSite && !isIngestOrigin && !isLinkToPage(request)) {
    return refused(403, "Requests of other sites are refused.");
  }
  if (origin !== void 0 && !isOwn && !isIngestOrigin) {
    return refused(403, "Requests of other origins are refused.");
  }
  const corsOrigin = isIngestOrigin ? origin : void 0;
  if (method === "OPTIONS") {
    return corsOrigin === void 0 ? refused(403, "Only OTLP can be sent from another origin.") : { kind: "preflight", corsOrigin };
  }
  if (corsOrigin !== void 0 && method !== "POST") {
    return refused(403, "Other origins can send OTLP and nothing else.");
  }
  if (method !== "GET" && method !== "HEAD" && !hasDeliberateType(headers)) {
    return refused(
      415,
      `The request needs a Content-Type of JSON or protobuf, or the header ${OWN_HEADER}.`
    );
  }
  return judgeToken(request, settings, corsOrigin);
}
function judgeToken({ method, path, search, headers }, { token }, corsOrigin) {
  const allowed = { kind: "allowed", corsOrigin };
  if (token === void 0) return allowed;
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? cookieOf(headers.cookie);
  if (given !== void 0 && isEqualSecret(given, token)) return allowed;
  const inUrl = search.get("t");
  if (method === "GET" && inUrl !== null && isEqualSecret(inUrl, token)) {
    const rest = new URLSearchParams(search);
    rest.delete("t");
    const query = rest.size === 0 ? "" : `?${rest}`;
    return {
      kind: "exchange",
      // One slash: two would lead to another server.
      location: `/${path.replace(/^\/+/, "")}${query}`,
      cookie: `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`
    };
  }
  return refused(401, 'The token is missing or wrong. Send it as "Authorization: Bearer \u2026".');
}
function refused(status2, reason) {
  return { kind: "refused", status: status2, reason };
}
function isOwnHost(host, { port: port2, hosts }) {
  if (host === void 0) return false;
  const [, name = "", hostPort = "80"] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host) ?? [];
  const lower = name.toLowerCase();
  return Number(hostPort) === port2 && (LOOPBACK_NAMES.includes(lower) || hosts.includes(lower));
}
function isOwnOrigin(origin, settings) {
  return origin.startsWith("http://") && isOwnHost(origin.slice("http://".length), settings);
}
function maySendOtlp(origin, { ingestOrigins }) {
  if (ingestOrigins !== void 0) return ingestOrigins.includes(origin);
  const [, name = ""] = /^https?:\/\/(\[[^\]]*\]|[^:/]*)(?::\d+)?$/.exec(origin) ?? [];
  return LOOPBACK_NAMES.includes(name.toLowerCase());
}
function isLinkToPage({ method, path, headers }) {
  return method === "GET" && PAGE_PATH.test(path) && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
}
function hasDeliberateType(headers) {
  return headers[OWN_HEADER] !== void 0 || CONTENT_TYPES.includes(mediaTypeOf(headers));
}
function mediaTypeOf(headers) {
  return (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
function cookieOf(cookies) {
  for (const pair of cookies?.split(";") ?? []) {
    const [name, value = ""] = pair.trim().split("=", 2);
    if (name !== COOKIE) continue;
    try {
      return decodeURIComponent(value);
    } catch {
      return void 0;
    }
  }
  return void 0;
}
function isEqualSecret(given, secret) {
  const digest = (text) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

// lib/version.ts
var VERSION = "0.1.0";

// lib/viewer/server/answers.ts
var VIEWER_HEADER = "x-nestjs-traced-viewer";
var SAFE_HEADERS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  [VIEWER_HEADER]: VERSION
};
var MAX_PENDING_BYTES = 64 * 1024 * 1024;
var UNREAD_MILLIS = 3e4;
var DRAIN_MILLIS = 2e3;
var Answers = class {
  #pendingBytes = 0;
  /** The bytes that readers have not taken yet. */
  get pendingBytes() {
    return this.#pendingBytes;
  }
  json(response, status2, value) {
    this.send(response, status2, "application/json", Buffer.from(JSON.stringify(value)));
  }
  text(response, status2, text) {
    this.send(response, status2, "text/plain; charset=utf-8", Buffer.from(text));
  }
  send(response, status2, contentType, body) {
    if (response.headersSent || response.destroyed) return;
    if (this.#pendingBytes > MAX_PENDING_BYTES && status2 === 200) {
      response.writeHead(503, { "retry-after": "5" }).end();
      return;
    }
    response.writeHead(status2, { "content-type": contentType, "content-length": body.length });
    this.#pendingBytes += body.length;
    response.once("close", () => {
      this.#pendingBytes -= body.length;
    });
    response.setTimeout(UNREAD_MILLIS, () => response.destroy());
    response.end(body);
  }
};
async function drain(request) {
  if (request.complete || request.destroyed) return;
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MILLIS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    request.once("end", done).once("close", done).once("error", done).resume();
  });
}

// lib/viewer/store/assembly.ts
var ARRIVING_MILLIS = 2e3;
var MISSING_AFTER_MILLIS = 5e3;
function assembledState(entry, nowMillis) {
  const quietMillis = nowMillis - entry.lastArrivalMillis;
  if (quietMillis < ARRIVING_MILLIS) return { state: "arriving", orphanCount: 0, cycleCount: 0 };
  const { orphanCount, cycleCount } = entry.gaps();
  if (orphanCount === 0) return { state: "complete", orphanCount, cycleCount };
  const state = quietMillis < MISSING_AFTER_MILLIS ? "arriving" : "incomplete";
  return { state, orphanCount, cycleCount };
}

// lib/viewer/analysis/facts.ts
var Fact = {
  HTTP_METHOD: 0,
  HTTP_ROUTE: 1,
  URL_TEMPLATE: 2,
  URL_FULL: 3,
  URL_PATH: 4,
  HTTP_STATUS: 5,
  RPC_METHOD: 6,
  RPC_STATUS: 7,
  DB_SYSTEM: 8,
  DB_NAMESPACE: 9,
  DB_SUMMARY: 10,
  DB_TEXT: 11,
  /** All parameters of the query that the span shows, as one text. */
  DB_PARAMETERS: 12,
  DB_STATUS: 13,
  /** The number of queries that share the span. */
  FOLDED_COUNT: 14,
  /** The summaries of the queries below the span that were folded, joined by `, `. */
  REPEATED_QUERIES: 15,
  MESSAGING_SYSTEM: 16,
  MESSAGING_DESTINATION: 17,
  SERVER_ADDRESS: 18,
  SERVER_PORT: 19,
  PEER_SERVICE: 20,
  ERROR_TYPE: 21,
  STATUS_MESSAGE: 22,
  EXCEPTION_TYPE: 23,
  EXCEPTION_MESSAGE: 24,
  /** The first frame of the exception's stack that is the application's own, as `file:line:column`. */
  EXCEPTION_FRAME: 25,
  CODE_FILE: 26,
  CODE_LINE: 27,
  CODE_FUNCTION: 28,
  /** The number of the RPC status where only the number was sent (`rpc.grpc.status_code`). */
  RPC_STATUS_NUMBER: 29
};
var NO_FACT = 4294967295;
var NUMBERS = /* @__PURE__ */ new Set([
  Fact.HTTP_STATUS,
  Fact.FOLDED_COUNT,
  Fact.SERVER_PORT,
  Fact.CODE_LINE,
  Fact.RPC_STATUS_NUMBER
]);
function isTextFact(fact) {
  return !NUMBERS.has(fact);
}
var KEYS_OF_FACTS = [
  [Fact.HTTP_METHOD, "http.request.method", "http.method"],
  [Fact.HTTP_ROUTE, "http.route"],
  [Fact.URL_TEMPLATE, "url.template"],
  [Fact.URL_FULL, "url.full", "http.url"],
  [Fact.URL_PATH, "url.path", "http.target"],
  [Fact.HTTP_STATUS, "http.response.status_code", "http.status_code"],
  [Fact.RPC_METHOD, "rpc.method"],
  [Fact.RPC_STATUS, "rpc.response.status_code", "rpc.status_code"],
  [Fact.RPC_STATUS_NUMBER, "rpc.grpc.status_code"],
  [Fact.DB_SYSTEM, "db.system.name", "db.system"],
  [Fact.DB_NAMESPACE, "db.namespace", "db.name"],
  [Fact.DB_SUMMARY, "db.query.summary"],
  [Fact.DB_TEXT, "db.query.text", "db.statement"],
  [Fact.DB_STATUS, "db.response.status_code"],
  [Fact.FOLDED_COUNT, "nestjs_traced.db.folded_query.count"],
  [Fact.REPEATED_QUERIES, "nestjs_traced.db.repeated_queries"],
  [Fact.MESSAGING_SYSTEM, "messaging.system.name", "messaging.system"],
  [
    Fact.MESSAGING_DESTINATION,
    "messaging.destination.template",
    "messaging.destination.name",
    "messaging.destination"
  ],
  [Fact.SERVER_ADDRESS, "server.address", "net.peer.name", "network.peer.address", "net.peer.ip"],
  [Fact.SERVER_PORT, "server.port", "net.peer.port", "network.peer.port"],
  [Fact.PEER_SERVICE, "service.peer.name", "peer.service"],
  [Fact.ERROR_TYPE, "error.type"],
  [Fact.CODE_FILE, "code.file.path", "code.filepath"],
  [Fact.CODE_LINE, "code.line.number", "code.lineno"],
  [Fact.CODE_FUNCTION, "code.function.name", "code.function"]
];
var FACT_KEYS = new Map(
  KEYS_OF_FACTS.flatMap(
    ([fact, ...keys]) => keys.map((key, rank) => [key, { fact, rank }])
  )
);
var DB_PARAMETER_PREFIX = "db.query.parameter.";
var EXCEPTION_EVENT = "exception";
var EXCEPTION_TYPE = "exception.type";
var EXCEPTION_MESSAGE = "exception.message";
var EXCEPTION_STACKTRACE = "exception.stacktrace";
var FactColumns = class {
  /**
   * @param offsets where the facts of each row begin; one more than there are rows
   * @param facts a {@link Fact} each
   * @param values the value of each of `facts`
   */
  constructor(offsets, facts, values) {
    this.offsets = offsets;
    this.facts = facts;
    this.values = values;
  }
  offsets;
  facts;
  values;
  valueOf(row, fact) {
    const end = this.offsets[row + 1] ?? 0;
    for (let i = this.offsets[row] ?? 0; i < end; i++) {
      if (this.facts[i] === fact) return this.values[i];
    }
    return NO_FACT;
  }
};

// lib/viewer/analysis/fact-columns-builder.ts
var MAX_NUMBER = NO_FACT - 1;
var FactColumnsBuilder = class {
  #strings;
  #offsets = [0];
  #facts = [];
  #values = [];
  /** The ranks of the keys that gave the facts of the row, beside `#facts` from its offset on. */
  #ranks = [];
  constructor(strings) {
    this.#strings = strings;
  }
  /** Reads an attribute; does nothing with attributes that are no fact. */
  addAttribute(key, value) {
    const source = FACT_KEYS.get(key);
    if (source !== void 0) this.add(source.fact, value, source.rank);
  }
  /**
   * @param value ignored where it does not fit the fact: numbers must be whole and not negative
   * @param rank if the row has the fact already, the value with the lower rank stays
   */
  add(fact, value, rank = 0) {
    const number = isTextFact(fact) ? this.#textValue(value) : numberValue(value);
    if (number === void 0) return;
    const first = this.#offsets.at(-1);
    const at = this.#facts.indexOf(fact, first);
    if (at === -1) {
      this.#facts.push(fact);
      this.#values.push(number);
      this.#ranks.push(rank);
    } else if (rank < this.#ranks[at - first]) {
      this.#values[at] = number;
      this.#ranks[at - first] = rank;
    }
  }
  /** Ends the facts of a row; those that follow belong to the next one. */
  endRow() {
    this.#offsets.push(this.#facts.length);
    this.#ranks = [];
  }
  build() {
    return new FactColumns(
      new Uint32Array(this.#offsets),
      new Uint8Array(this.#facts),
      new Uint32Array(this.#values)
    );
  }
  #textValue(value) {
    if (typeof value === "string") return value === "" ? void 0 : this.#strings.indexOf(value);
    if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
      return this.#strings.indexOf(String(value));
    }
    if (!Array.isArray(value) || value.length === 0) return void 0;
    return this.#strings.indexOf(value.map(String).join(", "));
  }
};
function numberValue(value) {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  const number = isNumber || typeof value === "string" && value !== "" ? Number(value) : NaN;
  return Number.isInteger(number) && number >= 0 && number <= MAX_NUMBER ? number : void 0;
}

// lib/viewer/analysis/exception-frame.ts
var FRAME = /^\s*(?:at (?:.*\(|async )?|[^@]*@)(.+?):(\d+)(?::(\d+))?\)?$/;
var FOREIGN = /(^|[\\/])node_modules[\\/]|^node:|^internal\//;
var MAX_FRAMES = 50;
function ownFrameOf(stack) {
  let from = 0;
  for (let count = 0; count < MAX_FRAMES && from <= stack.length; count++) {
    const lineEnd = stack.indexOf("\n", from);
    const end = lineEnd === -1 ? stack.length : lineEnd;
    const line = end - from > 1e3 ? "" : stack.slice(from, end).trimEnd();
    from = end + 1;
    const match = FRAME.exec(line);
    if (match === null || FOREIGN.test(match[1])) continue;
    const [, file = "", lineNumber, column] = match;
    const path = file.replace(/^file:\/\/(?=\/)/, "");
    return `${path}:${lineNumber}${column === void 0 ? "" : `:${column}`}`;
  }
  return void 0;
}
function codePlaceOf(frame) {
  const match = /^(.+?):(\d+)(?::\d+)?$/.exec(frame);
  return match === null ? void 0 : { file: match[1], line: Number(match[2]) };
}
function shortPlace({ file, line }) {
  return `${file.replace(/^.*[\\/]/, "")}:${line}`;
}

// lib/viewer/analysis/span-record.ts
var SpanKind = {
  /** The sender does not say. */
  UNSPECIFIED: 0,
  /** Work within a process. */
  INTERNAL: 1,
  /** The work of a server on a request. */
  SERVER: 2,
  /** A call of another process or system, as its caller sees it. */
  CLIENT: 3,
  /** The creation of a message. */
  PRODUCER: 4,
  /** The work on a message. */
  CONSUMER: 5
};
var SpanStatus = {
  /** The operation has not failed, as far as the library that created the span knows. */
  UNSET: 0,
  /** The application says that the operation has succeeded. */
  OK: 1,
  /** The operation has failed. */
  ERROR: 2
};

// lib/viewer/analysis/trace-columns.ts
var RowFlag = {
  /** The sender says that the parent is in another process (OTLP's flags, bit 9). */
  REMOTE_PARENT: 1,
  /** The sender says that the parent is in the same process (OTLP's flags, bit 8 without bit 9). */
  LOCAL_PARENT: 2,
  /** The ids of parents made a circle; it was cut at this row, which has lost its parent. */
  CYCLE_CUT: 4,
  /** The span is running, and its process has not reported for some time. */
  PROCESS_GONE: 8,
  /** The sender says that the parent does not wait for the span: `FOLLOWS_FROM` of OpenTracing. */
  FOLLOWS_PARENT: 16
};
function textOf(trace, row, fact) {
  const value = trace.facts.valueOf(row, fact);
  return value === NO_FACT ? void 0 : trace.strings[value];
}
function numberOf(trace, row, fact) {
  const value = trace.facts.valueOf(row, fact);
  return value === NO_FACT ? void 0 : value;
}
function nameOf(trace, row) {
  return trace.strings[trace.names[row]] ?? "";
}
function serviceOf(trace, row) {
  return trace.strings[trace.services[row]] ?? "";
}
function isRunning(trace, row) {
  return Number.isNaN(trace.ends[row]);
}
function hexOfSpanId(spanId) {
  return spanId.toString(16).padStart(16, "0");
}
function spanIdOfHex(hex2) {
  return /^[0-9a-f]{1,16}$/i.test(hex2) ? BigInt(`0x${hex2}`) : 0n;
}

// lib/viewer/analysis/clock-skew.ts
var NONE = -1;
function measureClocks(trace) {
  const { resourceTable } = trace;
  const aheadNanos = new Float64Array(resourceTable.length);
  const hosts = resourceTable.map(hostKey);
  if (new Set(hosts.filter((host) => host !== void 0)).size < 2) {
    return { aheadNanos, corrections: [] };
  }
  const edges = edgesOf(trace, hosts);
  if (!edges.some(({ isContradictory }) => isContradictory)) return { aheadNanos, corrections: [] };
  const clocks = spread(edges, firstHost(trace, hosts));
  hosts.forEach((host, resource2) => {
    if (host !== void 0) aheadNanos[resource2] = clocks.get(host)?.aheadNanos ?? 0;
  });
  return { aheadNanos, corrections: correctionsOf(clocks, resourceTable, hosts) };
}
function hostKey({ hostId, hostName }) {
  return hostId ?? hostName;
}
function edgesOf(trace, hosts) {
  const { parents, kinds, resources, starts, ends } = trace;
  const edges = /* @__PURE__ */ new Map();
  for (let row = 0; row < trace.spanCount; row++) {
    const parent = parents[row];
    if (parent === NONE || kinds[row] !== SpanKind.SERVER || kinds[parent] !== SpanKind.CLIENT) {
      continue;
    }
    const from = hosts[resources[parent]];
    const to = hosts[resources[row]];
    if (from === void 0 || to === void 0 || from === to) continue;
    const delay = starts[row] - starts[parent];
    const lead = ends[row] - ends[parent];
    if (Number.isNaN(lead)) continue;
    const key = JSON.stringify([from, to]);
    let edge = edges.get(key);
    if (edge === void 0) {
      edge = { from, to, differences: [], leastDelay: Infinity, isContradictory: false };
      edges.set(key, edge);
    }
    edge.differences.push((delay + lead) / 2);
    edge.leastDelay = Math.min(edge.leastDelay, delay);
    const startsAfterCall = starts[row] > ends[parent];
    edge.isContradictory ||= delay < 0 || startsAfterCall;
  }
  return [...edges.values()];
}
function firstHost({ spanCount, starts, resources, parents }, hosts) {
  let first;
  for (let row = 0; row < spanCount; row++) {
    const host = hosts[resources[row]];
    if (host === void 0) continue;
    const candidate = { isRoot: parents[row] === NONE, start: starts[row], host };
    if (first === void 0 || comesBefore(candidate, first)) first = candidate;
  }
  return first?.host ?? "";
}
function comesBefore(a, b) {
  if (a.isRoot !== b.isRoot) return a.isRoot;
  return a.start === b.start ? a.host < b.host : a.start < b.start;
}
function spread(edges, first) {
  const clocks = /* @__PURE__ */ new Map([[first, { aheadNanos: 0, pairCount: 0 }]]);
  const byCount = [...edges].sort(
    (a, b) => b.differences.length - a.differences.length || compareTexts(a.from, b.from) || compareTexts(a.to, b.to)
  );
  for (; ; ) {
    const edge = byCount.find(({ from, to }) => clocks.has(from) !== clocks.has(to));
    if (edge !== void 0) {
      const isForward = clocks.has(edge.from);
      const known = clocks.get(isForward ? edge.from : edge.to);
      const difference = differenceOf(edge) * (isForward ? 1 : -1);
      clocks.set(isForward ? edge.to : edge.from, {
        aheadNanos: known.aheadNanos + difference,
        pairCount: edge.differences.length
      });
      continue;
    }
    const apart = byCount.find(({ from }) => !clocks.has(from));
    if (apart === void 0) return clocks;
    clocks.set(apart.from, { aheadNanos: 0, pairCount: 0 });
  }
}
function differenceOf({ differences, leastDelay, isContradictory }) {
  if (!isContradictory) return 0;
  const sorted = differences.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  return Math.round(Math.min(median, leastDelay));
}
function correctionsOf(clocks, resourceTable, hosts) {
  const corrections = [];
  for (const [key, { aheadNanos, pairCount }] of clocks) {
    if (aheadNanos === 0) continue;
    const host = resourceTable[hosts.indexOf(key)]?.hostName ?? key;
    corrections.push({ host, aheadNanos, pairCount });
  }
  return corrections.sort((a, b) => compareTexts(a.host, b.host));
}
function compareTexts(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

// lib/viewer/analysis/trace-tree.ts
var NONE2 = -1;
function treeOf(trace, options = {}) {
  const { spanCount } = trace;
  const { parents, missingParents, rowCount } = withMissingParents(trace);
  const starts = new Float64Array(rowCount);
  const ends = new Float64Array(rowCount);
  const corrections = fillTimes(trace, options, starts, ends);
  fillMissingTimes(parents, spanCount, starts, ends);
  const order2 = sortRows(trace, missingParents, starts, ends);
  const childOffsets = new Uint32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++) {
    const parent = parents[row];
    if (parent !== NONE2) childOffsets[parent + 1] = childOffsets[parent + 1] + 1;
  }
  for (let row = 0; row < rowCount; row++) {
    childOffsets[row + 1] = childOffsets[row + 1] + childOffsets[row];
  }
  const children = new Uint32Array(childOffsets[rowCount]);
  const filled = childOffsets.slice(0, rowCount);
  const tops = [];
  for (const row of order2) {
    const parent = parents[row];
    if (parent === NONE2) {
      tops.push(row);
    } else {
      const at = filled[parent];
      children[at] = row;
      filled[parent] = at + 1;
    }
  }
  const mainRoot = tops.find((row) => isTrueRoot(trace, row)) ?? tops[0] ?? NONE2;
  const roots = [
    ...tops.filter((row) => row === mainRoot),
    ...tops.filter((row) => row !== mainRoot)
  ];
  const tree = {
    trace,
    rowCount,
    parents,
    starts,
    ends,
    childOffsets,
    children,
    preOrder: new Uint32Array(rowCount),
    depths: new Uint32Array(rowCount),
    roots,
    mainRoot,
    missingParents,
    corrections
  };
  fillPreOrder(tree);
  return tree;
}
function durationOf({ starts, ends }, row) {
  return ends[row] - starts[row];
}
function isMissing({ trace }, row) {
  return row >= trace.spanCount;
}
function rowName(tree, row) {
  return isMissing(tree, row) ? "(parent missing)" : nameOf(tree.trace, row);
}
function rowService(tree, row) {
  return isMissing(tree, row) ? "" : serviceOf(tree.trace, row);
}
function isRowRunning(tree, row) {
  return !isMissing(tree, row) && isRunning(tree.trace, row);
}
function rowKind({ trace }, row) {
  return trace.kinds[row] ?? 0;
}
function hasFlag({ trace }, row, flag) {
  return ((trace.flags[row] ?? 0) & flag) !== 0;
}
function isTrueRoot({ spanCount, parentIds, flags }, row) {
  if (row >= spanCount || parentIds[row] !== 0n) return false;
  return (flags[row] & RowFlag.CYCLE_CUT) === 0;
}
function withMissingParents({ spanCount, parents, parentIds, flags }) {
  const rows = /* @__PURE__ */ new Map();
  const rowsOfMissing = new Int32Array(spanCount).fill(NONE2);
  for (let row = 0; row < spanCount; row++) {
    if (parents[row] !== NONE2 || (flags[row] & RowFlag.CYCLE_CUT) !== 0) continue;
    const parentId = parentIds[row];
    if (parentId === 0n) continue;
    const missing = rows.get(parentId) ?? spanCount + rows.size;
    rows.set(parentId, missing);
    rowsOfMissing[row] = missing;
  }
  const all = new Int32Array(spanCount + rows.size).fill(NONE2);
  for (let row = 0; row < spanCount; row++) {
    const missing = rowsOfMissing[row];
    all[row] = missing === NONE2 ? parents[row] : missing;
  }
  return { parents: all, missingParents: [...rows.keys()], rowCount: all.length };
}
function fillTimes(trace, { nowNanos, correctClocks = true }, starts, ends) {
  const { spanCount, resources } = trace;
  const { aheadNanos, corrections } = correctClocks ? measureClocks(trace) : { aheadNanos: new Float64Array(trace.resourceTable.length), corrections: [] };
  let last = 0;
  for (let row = 0; row < spanCount; row++) {
    const ahead = aheadNanos[resources[row]];
    const start = trace.starts[row] - ahead;
    const end = trace.ends[row] - ahead;
    starts[row] = start;
    ends[row] = end;
    if (start > last) last = start;
    if (end > last) last = end;
  }
  const now2 = nowNanos ?? last;
  for (let row = 0; row < spanCount; row++) {
    const end = Number.isNaN(ends[row]) ? now2 : ends[row];
    ends[row] = Math.max(end, starts[row]);
  }
  return corrections;
}
function fillMissingTimes(parents, spanCount, starts, ends) {
  starts.fill(Infinity, spanCount);
  ends.fill(-Infinity, spanCount);
  for (let row = 0; row < spanCount; row++) {
    const parent = parents[row];
    if (parent < spanCount) continue;
    starts[parent] = Math.min(starts[parent], starts[row]);
    ends[parent] = Math.max(ends[parent], ends[row]);
  }
}
function sortRows({ spanCount, spanIds, kinds }, missingParents, starts, ends) {
  const missingId = (row) => missingParents[row - spanCount];
  const order2 = new Uint32Array(starts.length);
  for (let row = 0; row < order2.length; row++) order2[row] = row;
  return order2.sort((a, b) => {
    const startDifference = starts[a] - starts[b];
    if (startDifference !== 0) return startDifference;
    const endDifference = ends[b] - ends[a];
    if (endDifference !== 0) return endDifference;
    const idA = a < spanCount ? spanIds[a] : missingId(a);
    const idB = b < spanCount ? spanIds[b] : missingId(b);
    if (idA !== idB) return idA < idB ? -1 : 1;
    return sideOf(kinds[a]) - sideOf(kinds[b]) || (kinds[a] ?? 0) - (kinds[b] ?? 0);
  });
}
function sideOf(kind) {
  return kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER ? 0 : 1;
}
function fillPreOrder(tree) {
  const { preOrder, depths, childOffsets, children, parents, roots } = tree;
  const pending = roots.toReversed();
  let at = 0;
  for (let row = pending.pop(); row !== void 0; row = pending.pop()) {
    preOrder[at++] = row;
    const parent = parents[row];
    depths[row] = parent === NONE2 ? 0 : depths[parent] + 1;
    const first = childOffsets[row];
    for (let i = childOffsets[row + 1] - 1; i >= first; i--) {
      pending.push(children[i]);
    }
  }
}

// lib/viewer/analysis/row-texts.ts
var MAX_TEXT_LENGTH = 300;
function lineOf(text, maxLength = MAX_TEXT_LENGTH) {
  const line = printable(text).trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}\u2026`;
}
function placeOf(tree, row) {
  const name = lineOf(rowName(tree, row));
  const service = lineOf(rowService(tree, row));
  return service === "" ? name : `${name} in ${service}`;
}
var GRPC_STATUSES = "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED".split(
  " "
);
function answerOf(tree, row) {
  return isMissing(tree, row) ? void 0 : callStatusOf(tree.trace, row);
}
function callStatusOf(trace, row) {
  const http = numberOf(trace, row, Fact.HTTP_STATUS);
  if (http !== void 0) return String(http);
  const rpc = textOf(trace, row, Fact.RPC_STATUS);
  if (rpc !== void 0)
    return lineOf(/^\d+$/.test(rpc) ? GRPC_STATUSES[Number(rpc)] ?? rpc : rpc);
  const number = numberOf(trace, row, Fact.RPC_STATUS_NUMBER);
  return number === void 0 ? void 0 : GRPC_STATUSES[number] ?? String(number);
}
function titleOf(tree, row) {
  const kind = KIND_WORDS[rowKind(tree, row)];
  const words = [lineOf(rowName(tree, row)), kind === void 0 ? "" : `[${kind}]`];
  return [...words, answerOf(tree, row) ?? ""].filter((word) => word !== "").join(" ");
}
var KIND_WORDS = {
  [SpanKind.SERVER]: "server",
  [SpanKind.CLIENT]: "client",
  [SpanKind.PRODUCER]: "producer",
  [SpanKind.CONSUMER]: "consumer"
};
function errorOf(tree, row) {
  if (isMissing(tree, row)) return void 0;
  const { trace } = tree;
  const errorType = textOf(trace, row, Fact.ERROR_TYPE);
  const type = textOf(trace, row, Fact.EXCEPTION_TYPE) ?? typeOrNothing(errorType);
  const message2 = textOf(trace, row, Fact.EXCEPTION_MESSAGE) ?? textOf(trace, row, Fact.STATUS_MESSAGE);
  if (message2 !== void 0) {
    return lineOf(type === void 0 || message2.startsWith(type) ? message2 : `${type}: ${message2}`);
  }
  if (type !== void 0) return lineOf(type);
  const answer = isFailureAnswer(tree, row) ? answerOf(tree, row) : void 0;
  return answer ?? textOf(trace, row, Fact.DB_STATUS) ?? (errorType && lineOf(errorType));
}
function typeOrNothing(errorType) {
  return errorType === void 0 || /^(\d+|[A-Z_]+)$/.test(errorType) ? void 0 : errorType;
}
function isFailureAnswer(tree, row) {
  const answer = answerOf(tree, row);
  if (answer === void 0 || answer === "OK") return false;
  return !/^\d+$/.test(answer) || Number(answer) >= 400;
}
function codeOf(tree, row) {
  if (isMissing(tree, row)) return void 0;
  const frame = textOf(tree.trace, row, Fact.EXCEPTION_FRAME);
  if (frame !== void 0) return codePlaceOf(frame);
  const file = textOf(tree.trace, row, Fact.CODE_FILE);
  const line = numberOf(tree.trace, row, Fact.CODE_LINE);
  return file === void 0 || line === void 0 ? void 0 : { file, line };
}

// lib/viewer/analysis/string-table.ts
var StringTable = class {
  #indexes = /* @__PURE__ */ new Map();
  #strings = [];
  /** The texts by their numbers; the list grows with the table. */
  get strings() {
    return this.#strings;
  }
  /** @returns the number of a text, a new one if the text is new */
  indexOf(text) {
    const known = this.#indexes.get(text);
    if (known !== void 0) return known;
    const index = this.#strings.length;
    this.#indexes.set(text, index);
    this.#strings.push(text);
    return index;
  }
};

// lib/viewer/otlp/any-value.ts
var ANY_STRING = 1;
var ANY_BOOL = 2;
var ANY_INT = 3;
var ANY_DOUBLE = 4;
var ANY_ARRAY = 5;
var ANY_MAP = 6;
var ANY_BYTES = 7;
var LIST_VALUES = 1;
var KEY_VALUE_KEY = 1;
var KEY_VALUE_VALUE = 2;
var MAX_VALUE_DEPTH = 32;
var TOO_DEEP = "(nested too deeply)";
function readAnyValue(cursor, depth = 0) {
  let value = null;
  const outerEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.isMessage) value = readMessageValue(cursor, depth);
    else if (cursor.field === ANY_BOOL) value = cursor.low !== 0 || cursor.high !== 0;
    else if (cursor.field === ANY_INT) value = cursor.signed();
    else if (cursor.field === ANY_DOUBLE) value = cursor.double();
  }
  cursor.leave(outerEnd);
  return value;
}
function readKeyValue(cursor, attributes, depth = 0) {
  let key = "";
  let value = null;
  const outerEnd = cursor.enter();
  while (cursor.next()) {
    if (!cursor.isMessage) continue;
    if (cursor.field === KEY_VALUE_KEY) key = cursor.text();
    else if (cursor.field === KEY_VALUE_VALUE) value = readAnyValue(cursor, depth);
  }
  cursor.leave(outerEnd);
  setMember(attributes, key, value);
}
function readMessageValue(cursor, depth) {
  switch (cursor.field) {
    case ANY_STRING:
      return cursor.text();
    case ANY_BYTES:
      return new Uint8Array(cursor.bytes.subarray(cursor.start, cursor.stop));
    case ANY_ARRAY:
      return depth >= MAX_VALUE_DEPTH ? TOO_DEEP : readList(cursor, depth + 1);
    case ANY_MAP:
      return depth >= MAX_VALUE_DEPTH ? TOO_DEEP : readMap(cursor, depth + 1);
    default:
      return null;
  }
}
function readList(cursor, depth) {
  const values = [];
  const outerEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === LIST_VALUES && cursor.isMessage) values.push(readAnyValue(cursor, depth));
  }
  cursor.leave(outerEnd);
  return values;
}
function readMap(cursor, depth) {
  const members = {};
  const outerEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === LIST_VALUES && cursor.isMessage) readKeyValue(cursor, members, depth);
  }
  cursor.leave(outerEnd);
  return members;
}
function setMember(members, key, value) {
  if (key !== "__proto__") {
    members[key] = value;
    return;
  }
  const descriptor = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(members, key, descriptor);
}

// lib/viewer/otlp/protobuf-cursor.ts
var VARINT = 0;
var FIXED64 = 1;
var LENGTH_DELIMITED = 2;
var FIXED32 = 5;
var MAX_FIELD_NUMBER = 2 ** 29 - 1;
var TWO_TO_32 = 4294967296;
var ProtobufCursor = class {
  bytes;
  position;
  end;
  /** Whether the bytes are not a message; it stays true. */
  isBroken = false;
  /** The number of the field that {@link next} has read. */
  field = 0;
  /** Whether the field has bytes: a text, bytes or a message, from {@link start} to {@link end}. */
  isMessage = false;
  /** Whether the field is a number of eight bytes, such as a double. */
  isFixed64 = false;
  /** Where the bytes of the field start; they end at {@link stop}. */
  start = 0;
  /** The position after the bytes of the field. */
  stop = 0;
  /** The lower 32 bits of a field that is a number, without a sign. */
  low = 0;
  /** The upper 32 bits of a field that is a number, without a sign. */
  high = 0;
  constructor(bytes, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }
  /** Begins with another message of the same bytes. */
  reset(position, end) {
    this.position = position;
    this.end = end;
    this.isBroken = false;
  }
  /** Reads a field. @returns false at the end of the message, and for broken bytes */
  next() {
    if (this.isBroken || this.position >= this.end) return false;
    if (!this.#readVarint()) return false;
    const wireType = this.low & 7;
    this.field = this.low >>> 3;
    if (this.high !== 0 || this.field === 0 || this.field > MAX_FIELD_NUMBER) return this.#break();
    this.isMessage = wireType === LENGTH_DELIMITED;
    this.isFixed64 = wireType === FIXED64;
    switch (wireType) {
      case VARINT:
        return this.#readVarint();
      case LENGTH_DELIMITED: {
        if (!this.#readVarint()) return false;
        const stop = this.position + this.low;
        if (this.high !== 0 || stop > this.end) return this.#break();
        this.start = this.position;
        this.stop = stop;
        this.position = stop;
        return true;
      }
      case FIXED64:
        return this.#readFixed(8);
      case FIXED32:
        return this.#readFixed(4);
      default:
        return this.#break();
    }
  }
  /** Whether the field has the number. For loops in loops: the compiler takes `field` for unchanged there. */
  is(field2) {
    return this.field === field2;
  }
  /** Goes into the message of the field. @returns the end of the outer message, for {@link leave} */
  enter() {
    const outerEnd = this.end;
    this.position = this.start;
    this.end = this.stop;
    return outerEnd;
  }
  /** Goes back to the outer message, after the field that was entered. */
  leave(outerEnd) {
    this.position = this.end;
    this.end = outerEnd;
  }
  /** The field's bytes as text. Invalid UTF-8 becomes U+FFFD. */
  text(maxBytes = Number.POSITIVE_INFINITY) {
    return this.bytes.toString("utf8", this.start, Math.min(this.stop, this.start + maxBytes));
  }
  /** The field's bytes as lower-case hexadecimal digits. */
  hex() {
    return this.bytes.toString("hex", this.start, this.stop);
  }
  /** The field's number without a sign; above 2^53 it is rounded. */
  unsigned() {
    return this.high * TWO_TO_32 + this.low;
  }
  /** The field's number with a sign: a `bigint` where a double would round it. */
  signed() {
    const value = (this.high | 0) * TWO_TO_32 + this.low;
    if (Number.isSafeInteger(value)) return value;
    return BigInt.asIntN(64, BigInt(this.high) << 32n | BigInt(this.low));
  }
  /** The field's eight bytes as a double; 0 for a field that has another type. */
  double() {
    return this.isFixed64 ? this.bytes.readDoubleLE(this.start) : 0;
  }
  #break() {
    this.isBroken = true;
    return false;
  }
  #readFixed(byteCount) {
    const { bytes, position } = this;
    if (position + byteCount > this.end) return this.#break();
    this.start = position;
    this.stop = position + byteCount;
    this.position = this.stop;
    this.low = readUint32(bytes, position);
    this.high = byteCount === 8 ? readUint32(bytes, position + 4) : 0;
    return true;
  }
  #readVarint() {
    const { bytes, end } = this;
    let { position } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (position >= end) return this.#break();
      const byte = bytes[position++];
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << shift - 32;
      if (byte < 128) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        this.position = position;
        return true;
      }
    }
    return this.#break();
  }
};
function readUint32(bytes, position) {
  return (bytes[position] | bytes[position + 1] << 8 | bytes[position + 2] << 16 | bytes[position + 3] << 24) >>> 0;
}

// lib/viewer/otlp/read-facts.ts
var SPAN_ATTRIBUTES = 9;
var SPAN_EVENTS = 11;
var SPAN_LINKS = 13;
var SPAN_STATUS = 15;
var KEY_VALUE_KEY2 = 1;
var KEY_VALUE_VALUE2 = 2;
var EVENT_NAME = 2;
var EVENT_ATTRIBUTES = 3;
var LINK_TRACE_ID = 1;
var LINK_SPAN_ID = 2;
var STATUS_MESSAGE = 2;
var MAX_KEY_BYTES = 256;
function readFacts(span2, row, facts, links) {
  const cursor = new ProtobufCursor(span2);
  const parameters = [];
  let exception;
  while (cursor.next()) {
    if (!cursor.isMessage) continue;
    switch (cursor.field) {
      case SPAN_ATTRIBUTES:
        readAttribute(cursor, facts, parameters);
        break;
      case SPAN_EVENTS:
        exception = readException(cursor) ?? exception;
        break;
      case SPAN_LINKS:
        links.push(readRowLink(cursor, row));
        break;
      case SPAN_STATUS:
        facts.add(Fact.STATUS_MESSAGE, readStatusMessage(cursor));
    }
  }
  if (parameters.length > 0) facts.add(Fact.DB_PARAMETERS, parameters.sort().join(", "));
  if (exception !== void 0) addException(facts, exception);
  facts.endRow();
}
function readAttribute(cursor, facts, parameters) {
  let key = "";
  let value = null;
  let hasFact = false;
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (!cursor.isMessage) continue;
    if (cursor.field === KEY_VALUE_KEY2) {
      key = cursor.text(MAX_KEY_BYTES);
      hasFact = FACT_KEYS.has(key) || key.startsWith(DB_PARAMETER_PREFIX);
    } else if (cursor.field === KEY_VALUE_VALUE2 && (hasFact || key === "")) {
      value = readAnyValue(cursor);
    }
  }
  cursor.leave(spanEnd);
  if (!hasFact) return;
  if (key.startsWith(DB_PARAMETER_PREFIX)) {
    parameters.push(`${key.slice(DB_PARAMETER_PREFIX.length)}=${String(value)}`);
  } else {
    facts.addAttribute(key, value);
  }
}
function readException(cursor) {
  const attributes = {};
  let isException = false;
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (!cursor.isMessage) continue;
    if (cursor.field === EVENT_NAME) isException = cursor.text(MAX_KEY_BYTES) === EXCEPTION_EVENT;
    else if (cursor.field === EVENT_ATTRIBUTES) readKeyValue(cursor, attributes);
  }
  cursor.leave(spanEnd);
  return isException ? attributes : void 0;
}
function addException(facts, exception) {
  facts.add(Fact.EXCEPTION_TYPE, exception[EXCEPTION_TYPE]);
  facts.add(Fact.EXCEPTION_MESSAGE, exception[EXCEPTION_MESSAGE]);
  const stack = exception[EXCEPTION_STACKTRACE];
  if (typeof stack === "string") facts.add(Fact.EXCEPTION_FRAME, ownFrameOf(stack));
}
function readRowLink(cursor, row) {
  let traceId = "";
  let spanId = 0n;
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (!cursor.isMessage) continue;
    if (cursor.field === LINK_TRACE_ID) traceId = cursor.hex();
    else if (cursor.field === LINK_SPAN_ID) spanId = spanIdOfHex(cursor.hex());
  }
  cursor.leave(spanEnd);
  return { row, traceId, spanId };
}
function readStatusMessage(cursor) {
  let message2 = "";
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === STATUS_MESSAGE && cursor.isMessage) message2 = cursor.text();
  }
  cursor.leave(spanEnd);
  return message2;
}

// lib/viewer/server/trace-row.ts
function rowOfTrace(entry, store2, headlineOf2 = () => void 0) {
  const { mainRow, hasRoot, start, end, failedCount } = entry.outline();
  const { state, orphanCount, cycleCount } = assembledState(entry, store2.nowMillis);
  return {
    id: entry.id,
    name: entry.nameOf(mainRow),
    statusCode: statusCodeOf(entry.bytesOf(mainRow)),
    headline: state === "arriving" ? void 0 : headlineOf2(entry),
    arrivalMillis: entry.firstArrivalMillis,
    service: entry.serviceOf(mainRow),
    hasRoot,
    services: [...new Set(entry.resources.map(({ service }) => service))],
    startNanos: String(entry.base + BigInt(start)),
    durationNanos: end - start,
    spanCount: entry.spanCount,
    failedCount,
    logCount: store2.logs.countOf(entry.id),
    state,
    orphanCount,
    cycleCount,
    isStarred: entry.isStarred
  };
}
function statusCodeOf(span2) {
  const table = new StringTable();
  const builder = new FactColumnsBuilder(table);
  readFacts(span2, 0, builder, []);
  return callStatusOf({ facts: builder.build(), strings: table.strings }, 0) ?? "";
}
var TRACE_ORDERS = ["newest", "duration", "spans", "failures"];
function orderedTraces(store2, order2) {
  const entries = [...store2.entries()].reverse();
  if (order2 === "newest") return entries;
  const keyOf = (entry) => {
    if (order2 === "spans") return entry.spanCount;
    const { start, end, failedCount } = entry.outline();
    return order2 === "duration" ? end - start : failedCount;
  };
  return entries.sort((a, b) => keyOf(b) - keyOf(a));
}

// lib/viewer/server/event-stream.ts
var TICK_MILLIS = 100;
var HEARTBEAT_MILLIS = 15e3;
var MAX_BEHIND_BYTES = 1024 * 1024;
var MAX_ROWS = 500;
var MAX_READERS = 32;
var GRAPH_TICKS = 10;
var HEADLINE_MILLIS = 20;
var MAX_ARRIVING_SPANS = 2e3;
var EventStream = class {
  #store;
  #counts;
  #headlines;
  #readers = /* @__PURE__ */ new Set();
  /** The traces whose latest row was not final: time changes their state. */
  #unsettled = /* @__PURE__ */ new Set();
  #seenRevision = 0;
  #timer;
  #sinceHeartbeat = 0;
  #sentGraph = 0;
  #sinceGraph = 0;
  /** @param counts the content of the event `counts` */
  constructor(store2, counts, headlines) {
    this.#store = store2;
    this.#headlines = headlines;
    this.#counts = counts;
  }
  get readerCount() {
    return this.#readers.size;
  }
  /** The bytes that readers have not taken. */
  get waitingBytes() {
    return [...this.#readers].reduce((sum, { response }) => sum + response.writableLength, 0);
  }
  /**
   * Adds a reader.
   *
   * @param since the latest event of its earlier connection, or the revision of the list that it has
   * @param filter of the traces that it is told of
   * @returns false if there are too many readers; nothing was sent then
   */
  add(response, since, filter) {
    if (this.#readers.size >= MAX_READERS) return false;
    response.writeHead(200, {
      ...SAFE_HEADERS,
      "content-type": "text/event-stream; charset=utf-8"
    });
    const known = Number(since ?? NaN);
    const isKnown = Number.isInteger(known) && known >= 0 && known <= this.#store.revision;
    const revision = isKnown ? known : void 0;
    const reader = { response, filter, revision, sentAtMillis: this.#store.nowMillis };
    this.#readers.add(reader);
    this.#watchUnsettled();
    response.once("close", () => this.#remove(reader));
    this.#sendTo([reader]);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MILLIS).unref();
    return true;
  }
  /** Ends all streams. */
  close() {
    for (const { response } of [...this.#readers]) response.end();
    clearInterval(this.#timer);
    this.#timer = void 0;
  }
  #remove(reader) {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = void 0;
    this.#unsettled.clear();
  }
  #tick() {
    const settled = this.#takeSettled();
    const hasChanged = this.#store.revision !== this.#seenRevision;
    this.#seenRevision = this.#store.revision;
    const waiting = [...this.#readers].filter(
      ({ response, revision }) => response.writableLength === 0 || revision !== void 0 && response.writableLength < MAX_BEHIND_BYTES
    );
    for (const reader of this.#readers) {
      if (!waiting.includes(reader)) reader.revision = void 0;
    }
    this.#tellGraph(waiting);
    if (hasChanged || settled.length > 0 || waiting.some(({ revision }) => revision === void 0)) {
      this.#sendTo(waiting, settled);
      return;
    }
    this.#sinceHeartbeat += TICK_MILLIS;
    if (this.#sinceHeartbeat < HEARTBEAT_MILLIS) return;
    this.#sinceHeartbeat = 0;
    for (const { response } of waiting) response.write(":\n\n");
  }
  /** Without an id: an event with one would say that its reader has all changes of traces. */
  #tellGraph(readers) {
    this.#sinceGraph++;
    const { revision } = this.#store.graph;
    if (revision === this.#sentGraph || this.#sinceGraph < GRAPH_TICKS) return;
    this.#sentGraph = revision;
    this.#sinceGraph = 0;
    const event2 = { revision };
    for (const { response } of readers) {
      response.write(`event: graph
data: ${JSON.stringify(event2)}

`);
    }
  }
  /** A new reader can have rows from its list that are not final. */
  #watchUnsettled() {
    for (const entry of this.#store.entries()) {
      const quietMillis = this.#store.nowMillis - entry.lastArrivalMillis;
      if (quietMillis < MISSING_AFTER_MILLIS) this.#unsettled.add(entry);
    }
  }
  /** The traces whose state has changed since it was sent, because time has passed, with their sentences. */
  #takeSettled() {
    const settled = [];
    const end = performance.now() + HEADLINE_MILLIS;
    for (const entry of this.#unsettled) {
      if (this.#store.nowMillis - entry.lastArrivalMillis < ARRIVING_MILLIS) continue;
      const isThere = this.#store.get(entry.id) === entry;
      if (isThere && assembledState(entry, this.#store.nowMillis).state === "arriving") continue;
      if (isThere && !this.#headlines.isKnown(entry)) {
        if (performance.now() >= end) continue;
        this.#headlines.headlineOf(entry);
      }
      this.#unsettled.delete(entry);
      if (isThere) settled.push(entry);
    }
    return settled;
  }
  #sendTo(readers, settled = []) {
    this.#sinceHeartbeat = 0;
    const { revision, nowMillis } = this.#store;
    const counts = messageOf("counts", revision, this.#counts());
    const messages = /* @__PURE__ */ new Map();
    for (const reader of readers) {
      const isNext = reader.revision !== void 0;
      const key = `${reader.revision} ${reader.sentAtMillis} ${reader.filter.key}`;
      let text = messages.get(key);
      if (text === void 0) {
        const { event: event2, rows, removed } = this.#messageFor(reader, settled);
        const isEmpty = isNext && event2 === "traces" && rows.length === 0 && removed.length === 0;
        text = (isEmpty ? "" : messageOf(event2, revision, { rows, removed })) + counts;
        messages.set(key, text);
      }
      reader.revision = revision;
      reader.sentAtMillis = nowMillis;
      reader.response.write(text);
    }
  }
  #messageFor(reader, settled) {
    const { revision, filter } = reader;
    const evictions = revision === void 0 ? void 0 : this.#store.evictionsSince(revision);
    if (revision === void 0 || evictions === void 0) return this.#anew(filter);
    const changed = new Set(settled);
    for (const entry of this.#store.entries()) if (entry.revision > revision) changed.add(entry);
    if (changed.size > MAX_ROWS || evictions.length > MAX_ROWS) return this.#anew(filter);
    const rows = [];
    const removed = evictions.map(({ id }) => id);
    for (const entry of changed) {
      if (filter.key === "") rows.push(this.#rowOf(entry));
      else if (this.#isMatchedLater(entry)) this.#unsettled.add(entry);
      else if (filter.matches(entry, this.#store)) rows.push(this.#rowOf(entry));
      else if (entry.firstArrivalMillis <= reader.sentAtMillis) removed.push(entry.id);
    }
    return { event: "traces", rows, removed };
  }
  #isMatchedLater(entry) {
    const quietMillis = this.#store.nowMillis - entry.lastArrivalMillis;
    return entry.spanCount > MAX_ARRIVING_SPANS && quietMillis < ARRIVING_MILLIS;
  }
  /** The message for a reader that has missed too much. */
  #anew({ key }) {
    if (key !== "") return { event: "stale", rows: [], removed: [] };
    const newest = orderedTraces(this.#store, "newest").slice(0, MAX_ROWS);
    return { event: "snapshot", rows: newest.map((entry) => this.#rowOf(entry)), removed: [] };
  }
  /** Its sentence follows, if it is not known yet. */
  #rowOf(entry) {
    const row = rowOfTrace(entry, this.#store, (settled) => this.#headlines.known(settled));
    if (row.state === "arriving" || !this.#headlines.isKnown(entry)) this.#unsettled.add(entry);
    return row;
  }
};
function messageOf(event2, id, data) {
  return `event: ${event2}
id: ${id}
data: ${JSON.stringify(data)}

`;
}

// lib/viewer/server/graph-clock.ts
var IDLE_MILLIS = 500;
var SLICE_MILLIS = 5;
var PAUSE_MILLIS = 15;
var GraphClock = class {
  #store;
  #diagnostics;
  #timer;
  constructor(store2, diagnostics) {
    this.#store = store2;
    this.#diagnostics = diagnostics;
  }
  start() {
    this.#wait(IDLE_MILLIS);
  }
  stop() {
    clearTimeout(this.#timer);
    this.#timer = void 0;
  }
  #wait(millis) {
    this.#timer = setTimeout(() => this.#tick(), millis).unref();
  }
  #tick() {
    let hasMore = false;
    try {
      const end = performance.now() + SLICE_MILLIS;
      hasMore = this.#store.graph.settle(this.#store.nowMillis, () => performance.now() >= end);
    } catch (error) {
      this.#diagnostics.report("The trace viewer failed to count a trace in its graph", error);
    }
    this.#wait(hasMore ? PAUSE_MILLIS : IDLE_MILLIS);
  }
};

// lib/viewer/server/intake.ts
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
var inflate = promisify(gunzip);
var MAX_BODY_BYTES = 64 * 1024 * 1024;
var MAX_QUEUED_BYTES = 64 * 1024 * 1024;
var TOO_LONG = { status: 413, reason: "The body is longer than 64 MiB." };
var OVERLOADED = {
  status: 429,
  reason: "Too many requests are being received."
};
var Intake = class {
  #queuedBytes = 0;
  #inflating = Promise.resolve();
  #unreadable = 0;
  #overloaded = 0;
  get counts() {
    return { unreadable: this.#unreadable, overloaded: this.#overloaded };
  }
  /** The bytes of all bodies that are being received. */
  get queuedBytes() {
    return this.#queuedBytes;
  }
  /** Counts a body that was received and cannot be read. */
  countUnreadable() {
    this.#unreadable++;
  }
  /**
   * Receives a body and gives it to `use`, which runs while its memory is accounted for.
   *
   * @returns what `use` returns, or why it was not called; undefined if the sender has gone
   */
  async receive(request, use) {
    const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
    if (encoding !== "identity" && encoding !== "gzip") {
      await drain(request);
      return { status: 415, reason: "The Content-Encoding must be gzip, or none." };
    }
    if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) {
      return this.#refuse(request, TOO_LONG);
    }
    let byteCount = 0;
    try {
      const body = await this.#read(request, (length) => {
        byteCount += length;
        this.#queuedBytes += length;
        if (byteCount > MAX_BODY_BYTES) return TOO_LONG;
        return this.#queuedBytes > MAX_QUEUED_BYTES ? OVERLOADED : void 0;
      });
      if (body === void 0) {
        this.#unreadable++;
        return void 0;
      }
      if (!Buffer.isBuffer(body)) return await this.#refuse(request, body);
      return encoding === "identity" ? use(body) : await this.#useInflated(body, use);
    } finally {
      this.#queuedBytes -= byteCount;
    }
  }
  /** @returns the body, why it is refused, or undefined if the connection broke off */
  #read(request, refusalAfter) {
    return new Promise((resolve) => {
      const chunks = [];
      const finish = (result) => {
        request.off("data", onData).off("end", onEnd).off("close", onClose);
        resolve(result);
      };
      const onData = (chunk) => {
        const refusal = refusalAfter(chunk.length);
        if (refusal !== void 0) finish(refusal);
        else chunks.push(chunk);
      };
      const onEnd = () => finish(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
      const onClose = () => finish(void 0);
      request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
    });
  }
  async #useInflated(body, use) {
    const before = this.#inflating;
    const work = (async () => {
      await before;
      try {
        return use(await inflate(body, { maxOutputLength: MAX_BODY_BYTES }));
      } catch (error) {
        if (error.code === "ERR_BUFFER_TOO_LARGE") {
          this.#overloaded++;
          return { status: 413, reason: "The inflated body is longer than 64 MiB." };
        }
        this.#unreadable++;
        return { status: 400, reason: "The body is not gzip." };
      }
    })();
    this.#inflating = work;
    return work;
  }
  async #refuse(request, refusal) {
    this.#overloaded++;
    await drain(request);
    return refusal;
  }
};
function isRefusal(result) {
  return "reason" in result && "status" in result;
}

// lib/viewer/otlp/json-scanner.ts
var QUOTE = 34;
var BACKSLASH = 92;
var OPEN_BRACE = 123;
var CLOSE_BRACE = 125;
var OPEN_BRACKET = 91;
var CLOSE_BRACKET = 93;
var COMMA = 44;
var COLON = 58;
var MAX_SKIPPED_DEPTH = 512;
var NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;
var MAX_NUMBER_LENGTH = 400;
var JsonScanner = class {
  bytes;
  position = 0;
  isBroken = false;
  /** Where the text that {@link text} has read starts, after its quote. */
  start = 0;
  /** Where it ends, before its quote. */
  stop = 0;
  /** Whether it has escapes, such as `\n`. */
  hasEscapes = false;
  constructor(bytes) {
    this.bytes = bytes;
    if (bytes[0] === 239 && bytes[1] === 187 && bytes[2] === 191) this.position = 3;
  }
  /** The first byte of the next token; undefined at the end. */
  peek() {
    const { bytes } = this;
    let { position } = this;
    while (position < bytes.length && isSpace(bytes[position])) position++;
    this.position = position;
    return bytes[position];
  }
  /** Whether the next token is the byte; reads it if so. */
  take(byte) {
    if (this.peek() !== byte) return false;
    this.position++;
    return true;
  }
  break() {
    this.isBroken = true;
    return false;
  }
  /** Reads the brace that begins an object. */
  beginObject() {
    return this.take(OPEN_BRACE) || this.break();
  }
  /**
   * Reads the key of the next member, whose value is to be read then.
   *
   * @param isFirst whether the object has just begun
   * @returns false at the end of the object
   */
  nextMember(isFirst) {
    if (this.isBroken || this.take(CLOSE_BRACE)) return false;
    if (!isFirst && !this.take(COMMA)) return this.break();
    return this.text() && this.take(COLON) || this.break();
  }
  /** Reads the bracket that begins an array. */
  beginArray() {
    return this.take(OPEN_BRACKET) || this.break();
  }
  /** @returns whether the array has another value, which is to be read then */
  nextElement(isFirst) {
    if (this.isBroken || this.take(CLOSE_BRACKET)) return false;
    return isFirst || this.take(COMMA) || this.break();
  }
  /** Reads a text, into {@link start}, {@link stop} and {@link hasEscapes}. */
  text() {
    if (!this.take(QUOTE)) return this.break();
    const { bytes } = this;
    const { length } = bytes;
    let { position } = this;
    this.start = position;
    this.hasEscapes = false;
    while (position < length) {
      const byte = bytes[position];
      if (byte === QUOTE) {
        this.stop = position;
        this.position = position + 1;
        return true;
      }
      if (byte === BACKSLASH) {
        this.hasEscapes = true;
        position++;
      }
      position++;
    }
    return this.break();
  }
  isText() {
    return this.peek() === QUOTE;
  }
  /** The text that {@link text} has read, without escapes; undefined if an escape is invalid. */
  textValue() {
    if (!this.hasEscapes) return this.bytes.toString("utf8", this.start, this.stop);
    try {
      return JSON.parse(this.bytes.toString("utf8", this.start - 1, this.stop + 1));
    } catch {
      this.isBroken = true;
      return void 0;
    }
  }
  /** Reads a number, or a text in quotes, as it is written; undefined for anything else. */
  scalar() {
    if (this.isText()) return this.text() ? this.textValue() : void 0;
    const literal = this.#literal();
    if (NUMBER.test(literal)) return literal;
    this.isBroken = true;
    return void 0;
  }
  /** Reads `true`, `false` or `null`; undefined for anything else. */
  word() {
    const literal = this.#literal();
    if (literal === "true") return true;
    if (literal === "false") return false;
    if (literal === "null") return null;
    this.isBroken = true;
    return void 0;
  }
  /** Reads `null` if it is next. */
  takeNull() {
    if (this.peek() !== 110) return false;
    return this.word() === null;
  }
  /** Reads a value of any type and drops it. */
  skip() {
    const closing = [];
    do {
      const byte = this.peek();
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (closing.length === MAX_SKIPPED_DEPTH) return this.break();
        const end = byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
        this.position++;
        if (!this.take(end)) {
          closing.push(end);
          if (end === CLOSE_BRACE && !this.#key()) return false;
          continue;
        }
      } else if (byte === QUOTE ? !this.text() : !this.#skipLiteral()) return false;
      while (closing.length > 0) {
        if (this.take(COMMA)) {
          if (closing.at(-1) === CLOSE_BRACE && !this.#key()) return false;
          break;
        }
        if (!this.take(closing.pop())) return this.break();
      }
    } while (closing.length > 0);
    return true;
  }
  #key() {
    return this.text() && this.take(COLON) || this.break();
  }
  #skipLiteral() {
    const literal = this.#literal();
    return /^(true|false|null)$/.test(literal) || NUMBER.test(literal) || this.break();
  }
  /** The word or number that is next; empty if there is none. */
  #literal() {
    this.peek();
    const { bytes, position } = this;
    let end = position;
    while (end - position < MAX_NUMBER_LENGTH && isLiteral(bytes[end])) end++;
    this.position = end;
    return bytes.toString("latin1", position, end);
  }
};
function isSpace(byte) {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}
function isLiteral(byte) {
  if (byte === void 0) return false;
  return byte >= 97 && byte <= 122 || byte >= 48 && byte <= 57 || byte === 45 || byte === 43 || byte === 46 || byte === 69;
}

// lib/viewer/otlp/protobuf-output.ts
var INITIAL_CAPACITY_BYTES = 4 * 1024;
var MAX_VARINT_BYTES = 10;
var MAX_UNIT_BYTES = 3;
var LENGTH_DELIMITED2 = 2;
var FIXED642 = 1;
var FIXED322 = 5;
var ProtobufOutput = class {
  bytes;
  position = 0;
  constructor(capacityBytes = INITIAL_CAPACITY_BYTES) {
    this.bytes = Buffer.allocUnsafeSlow(capacityBytes);
  }
  /** The written bytes. The buffer is not used again. */
  written() {
    return this.bytes.subarray(0, this.position);
  }
  /** Makes room for `byteCount` bytes. */
  ensure(byteCount) {
    const needed = this.position + byteCount;
    if (needed <= this.bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(bytes, 0, 0, this.position);
    this.bytes = bytes;
  }
  /** Begins a message in a field. @returns where it starts, for {@link finish} */
  begin(field2) {
    this.#tag(field2, LENGTH_DELIMITED2);
    this.ensure(1);
    this.position++;
    return this.position;
  }
  /** Writes the length of the message that started at `start`. */
  finish(start) {
    const length = this.position - start;
    const size = varintSize(length);
    if (size > 1) {
      this.ensure(size);
      this.bytes.copyWithin(start - 1 + size, start, this.position);
      this.position += size - 1;
    }
    this.#putVarint(start - 1, length);
  }
  /** A field with a text of any content. */
  text(field2, text) {
    this.ensure(text.length * MAX_UNIT_BYTES + 2 * MAX_VARINT_BYTES);
    const start = this.begin(field2);
    this.position += this.bytes.write(text, start, "utf8");
    this.finish(start);
  }
  /** A field with the bytes of `source` from `from` up to, not including, `to`. */
  copy(field2, source, from = 0, to = source.length) {
    this.#tag(field2, LENGTH_DELIMITED2);
    this.#varint(to - from);
    this.raw(source, from, to);
  }
  /** Bytes that are fields already. */
  raw(source, from = 0, to = source.length) {
    this.ensure(to - from);
    this.bytes.set(
      from === 0 && to === source.length ? source : source.subarray(from, to),
      this.position
    );
    this.position += to - from;
  }
  /** A field with a whole number from 0 to 2^53. */
  uint(field2, value) {
    this.#tag(field2, 0);
    this.#varint(value);
  }
  /** A field with a number of 64 bits in two halves without signs, as a varint. */
  int64(field2, low, high) {
    this.#tag(field2, 0);
    this.ensure(MAX_VARINT_BYTES);
    let lower = low >>> 0;
    let upper = high >>> 0;
    while (upper !== 0 || lower >= 128) {
      this.bytes[this.position++] = lower & 127 | 128;
      lower = (lower >>> 7 | upper << 25) >>> 0;
      upper >>>= 7;
    }
    this.bytes[this.position++] = lower;
  }
  /** A field with a number of 64 bits in two halves without signs, as eight bytes. */
  fixed64(field2, low, high) {
    this.#tag(field2, FIXED642);
    this.ensure(8);
    this.bytes.writeUInt32LE(low >>> 0, this.position);
    this.bytes.writeUInt32LE(high >>> 0, this.position + 4);
    this.position += 8;
  }
  /** A field with a number of 32 bits without a sign, as four bytes. */
  fixed32(field2, value) {
    this.#tag(field2, FIXED322);
    this.ensure(4);
    this.position = this.bytes.writeUInt32LE(value >>> 0, this.position);
  }
  /** A field with a double. */
  double(field2, value) {
    this.#tag(field2, FIXED642);
    this.ensure(8);
    this.position = this.bytes.writeDoubleLE(value, this.position);
  }
  #tag(field2, wireType) {
    this.#varint(field2 * 8 + wireType);
  }
  #varint(value) {
    this.ensure(MAX_VARINT_BYTES);
    this.position = this.#putVarint(this.position, value);
  }
  #putVarint(start, value) {
    let position = start;
    let rest = value;
    while (rest >= 128) {
      this.bytes[position++] = rest % 128 | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[position++] = rest;
    return position;
  }
};
function varintSize(value) {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}

// lib/viewer/otlp/json-to-protobuf.ts
var ANY_STRING2 = 1;
var UINT32_LIMIT = 4294967296;
var WHOLE_NUMBER = /^-?\d{1,20}$/;
var HEX = /^([0-9a-f]{2})*$/i;
var NO_BYTES = Buffer.alloc(0);
function jsonToProtobuf(json, schema) {
  const scanner = new JsonScanner(json);
  const output = new ProtobufOutput(Math.max(json.length >> 1, 64));
  const writer = new MessageWriter(scanner, output);
  do {
    writer.members(schema, 0);
  } while (!scanner.isBroken && scanner.peek() !== void 0);
  return scanner.isBroken ? void 0 : output.written();
}
var MessageWriter = class {
  #scanner;
  #output;
  constructor(scanner, output) {
    this.#scanner = scanner;
    this.#output = output;
  }
  /** Reads an object and writes its members as fields. */
  members(schema, depth) {
    const scanner = this.#scanner;
    if (!scanner.beginObject()) return;
    for (let isFirst = true; scanner.nextMember(isFirst); isFirst = false) {
      const field2 = this.#fieldOfKey(schema);
      if (field2 === void 0) scanner.skip();
      else if (!scanner.takeNull()) this.#field(field2, depth);
    }
  }
  #fieldOfKey({ fields }) {
    const { bytes, start, stop, hasEscapes } = this.#scanner;
    if (hasEscapes) {
      const key = this.#scanner.textValue();
      return fields.find((field2) => field2.key.toString() === key);
    }
    const length = stop - start;
    next: for (const field2 of fields) {
      const { key } = field2;
      if (key.length !== length) continue;
      for (let i = 0; i < length; i++) {
        if (key[i] !== bytes[start + i]) continue next;
      }
      return field2;
    }
    return void 0;
  }
  #field(field2, depth) {
    const scanner = this.#scanner;
    switch (field2.kind) {
      case "message":
        if (field2.isNested && depth >= MAX_VALUE_DEPTH) {
          if (scanner.skip()) this.#output.text(ANY_STRING2, TOO_DEEP);
        } else {
          this.#message(field2, field2.isNested ? depth + 1 : depth);
        }
        return;
      case "list":
        if (!scanner.beginArray()) return;
        for (let isFirst = true; scanner.nextElement(isFirst); isFirst = false) {
          this.#message(field2, depth);
        }
        return;
      case "text":
      case "hex":
      case "base64":
        if (scanner.text()) this.#bytes(field2);
        return;
      case "bool": {
        const value = scanner.word();
        if (typeof value === "boolean") this.#output.uint(field2.number, value ? 1 : 0);
        else scanner.break();
        return;
      }
      default: {
        const value = scanner.scalar();
        if (value !== void 0) this.#number(field2, value);
      }
    }
  }
  #message(field2, depth) {
    const start = this.#output.begin(field2.number);
    if (!this.#scanner.takeNull()) this.members(field2.message, depth);
    this.#output.finish(start);
  }
  #bytes({ number, kind }) {
    const { bytes, start, stop, hasEscapes } = this.#scanner;
    if (kind === "text") {
      if (!hasEscapes) this.#output.copy(number, bytes, start, stop);
      else this.#output.text(number, this.#scanner.textValue() ?? "");
      return;
    }
    const text = this.#scanner.textValue() ?? "";
    if (kind === "base64") this.#output.copy(number, Buffer.from(text, "base64"));
    else this.#output.copy(number, HEX.test(text) ? Buffer.from(text, "hex") : NO_BYTES);
  }
  #number({ number, kind, names }, text) {
    const output = this.#output;
    if (kind === "double") {
      const value2 = Number(text);
      if (Number.isNaN(value2) && text !== "NaN") this.#scanner.break();
      else output.double(number, value2);
      return;
    }
    const named2 = names?.[text];
    if (named2 !== void 0) {
      output.uint(number, named2);
      return;
    }
    const value = wholeNumber(text);
    if (value === void 0) {
      this.#scanner.break();
    } else if (kind === "int64" || kind === "fixed64") {
      const low = typeof value === "number" ? value % UINT32_LIMIT : Number(value & 0xffffffffn);
      const high = typeof value === "number" ? Math.floor(value / UINT32_LIMIT) : Number(value >> 32n);
      if (kind === "int64") output.int64(number, low, high);
      else output.fixed64(number, low, high);
    } else if (kind === "fixed32") {
      output.fixed32(number, Number(value));
    } else {
      output.uint(number, value < 0 ? 0 : Math.min(Number(value), UINT32_LIMIT - 1));
    }
  }
};
function wholeNumber(text) {
  const value = Number(text);
  if (Number.isSafeInteger(value) && text.trim() !== "") return value;
  return WHOLE_NUMBER.test(text) ? BigInt.asIntN(64, BigInt(text)) : void 0;
}

// lib/viewer/otlp/otlp-schema.ts
var anyValue = message(
  field("stringValue", 1, "text"),
  field("boolValue", 2, "bool"),
  field("intValue", 3, "int64"),
  field("doubleValue", 4, "double"),
  field("bytesValue", 7, "base64")
);
var keyValue = message(field("key", 1, "text"), nested("value", 2, "message", anyValue));
anyValue.fields.push(
  {
    ...nested("arrayValue", 5, "message", message(nested("values", 1, "list", anyValue))),
    isNested: true
  },
  {
    ...nested("kvlistValue", 6, "message", message(nested("values", 1, "list", keyValue))),
    isNested: true
  }
);
var resource = message(
  nested("attributes", 1, "list", keyValue),
  field("droppedAttributesCount", 2, "uint")
);
var scope = message(
  field("name", 1, "text"),
  field("version", 2, "text"),
  nested("attributes", 3, "list", keyValue),
  field("droppedAttributesCount", 4, "uint")
);
var event = message(
  field("timeUnixNano", 1, "fixed64"),
  field("name", 2, "text"),
  nested("attributes", 3, "list", keyValue),
  field("droppedAttributesCount", 4, "uint")
);
var link = message(
  field("traceId", 1, "hex"),
  field("spanId", 2, "hex"),
  field("traceState", 3, "text"),
  nested("attributes", 4, "list", keyValue),
  field("droppedAttributesCount", 5, "uint"),
  field("flags", 6, "fixed32")
);
var status = message(field("message", 2, "text"), {
  ...field("code", 3, "uint"),
  names: { STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 }
});
var span = message(
  field("traceId", 1, "hex"),
  field("spanId", 2, "hex"),
  field("traceState", 3, "text"),
  field("parentSpanId", 4, "hex"),
  field("flags", 16, "fixed32"),
  field("name", 5, "text"),
  {
    ...field("kind", 6, "uint"),
    names: {
      SPAN_KIND_UNSPECIFIED: 0,
      SPAN_KIND_INTERNAL: 1,
      SPAN_KIND_SERVER: 2,
      SPAN_KIND_CLIENT: 3,
      SPAN_KIND_PRODUCER: 4,
      SPAN_KIND_CONSUMER: 5
    }
  },
  field("startTimeUnixNano", 7, "fixed64"),
  field("endTimeUnixNano", 8, "fixed64"),
  nested("attributes", 9, "list", keyValue),
  field("droppedAttributesCount", 10, "uint"),
  nested("events", 11, "list", event),
  field("droppedEventsCount", 12, "uint"),
  nested("links", 13, "list", link),
  field("droppedLinksCount", 14, "uint"),
  nested("status", 15, "message", status)
);
var logRecord = message(
  field("timeUnixNano", 1, "fixed64"),
  field("observedTimeUnixNano", 11, "fixed64"),
  { ...field("severityNumber", 2, "uint"), names: severityNames() },
  field("severityText", 3, "text"),
  nested("body", 5, "message", anyValue),
  nested("attributes", 6, "list", keyValue),
  field("droppedAttributesCount", 7, "uint"),
  field("flags", 8, "fixed32"),
  field("traceId", 9, "hex"),
  field("spanId", 10, "hex"),
  field("eventName", 12, "text")
);
var TRACE_REQUEST = requestOf("resourceSpans", "scopeSpans", "spans", span);
var LOGS_REQUEST = requestOf(
  "resourceLogs",
  "scopeLogs",
  "logRecords",
  logRecord
);
function requestOf(ofResources, ofScopes, items, item) {
  const scopeItems = message(
    nested("scope", 1, "message", scope),
    nested(items, 2, "list", item),
    field("schemaUrl", 3, "text")
  );
  const resourceItems = message(
    nested("resource", 1, "message", resource),
    nested(ofScopes, 2, "list", scopeItems),
    field("schemaUrl", 3, "text")
  );
  return message(nested(ofResources, 1, "list", resourceItems));
}
function severityNames() {
  const names = { SEVERITY_NUMBER_UNSPECIFIED: 0 };
  ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].forEach((level, index) => {
    for (let step = 1; step <= 4; step++) {
      names[`SEVERITY_NUMBER_${level}${step === 1 ? "" : step}`] = index * 4 + step;
    }
  });
  return names;
}
function message(...fields) {
  return { fields };
}
function field(key, number, kind) {
  return { key: Buffer.from(key), number, kind };
}
function nested(key, number, kind, inner) {
  return { ...field(key, number, kind), message: inner };
}

// lib/viewer/server/otlp-http.ts
var JSON_TYPE = "application/json";
var PROTOBUF_TYPES = ["application/x-protobuf", "application/protobuf"];
var RPC_CODES = { 400: 3, 413: 3, 415: 3, 429: 8 };
var SIGNALS = {
  "/v1/traces": {
    schema: TRACE_REQUEST,
    receive: (store2, request) => store2.receiveTraces(request),
    rejectedMember: "rejectedSpans"
  },
  "/v1/logs": {
    schema: LOGS_REQUEST,
    receive: (store2, request) => store2.receiveLogs(request),
    rejectedMember: "rejectedLogRecords"
  }
};
var OtlpHttp = class {
  #store;
  #intake;
  #answers;
  #metricsRequests = 0;
  constructor(store2, intake, answers) {
    this.#store = store2;
    this.#intake = intake;
    this.#answers = answers;
  }
  /** The requests with metrics so far. */
  get metricsRequests() {
    return this.#metricsRequests;
  }
  /** @returns whether the path is one of OTLP */
  hasPath(path) {
    return path in SIGNALS || path === "/v1/metrics";
  }
  async handle(path, request, response) {
    const type = mediaTypeOf(request.headers);
    const isJson = type === JSON_TYPE;
    if (!isJson && !PROTOBUF_TYPES.includes(type)) {
      this.#answers.text(response, 415, "The Content-Type must be JSON or protobuf.\n");
      return;
    }
    const signal = SIGNALS[path];
    const result = await this.#intake.receive(request, (body) => this.#use(signal, body, isJson));
    if (result === void 0) return;
    if (isRefusal(result)) {
      if (result.status === 429) response.setHeader("retry-after", "1");
      const status2 = { code: RPC_CODES[result.status], message: result.reason };
      this.#answers.send(response, result.status, type, encodeStatus(status2, isJson));
      return;
    }
    const member = signal?.rejectedMember ?? "";
    this.#answers.send(response, 200, type, encodeResponse(result.refusedCount, member, isJson));
  }
  #use(signal, body, isJson) {
    if (signal === void 0) {
      this.#metricsRequests++;
      return { isReadable: true, refusedCount: 0 };
    }
    const request = isJson ? jsonToProtobuf(body, signal.schema) : body;
    const result = request && signal.receive(this.#store, request);
    if (result?.isReadable) return result;
    this.#intake.countUnreadable();
    const format = isJson ? "OTLP/JSON" : "OTLP protobuf";
    return { status: 400, reason: `The body is not a request in ${format}.` };
  }
};
var REFUSED_REASON = "Spans need a valid trace id and span id.";
function encodeResponse(refusedCount, member, isJson) {
  if (refusedCount === 0) return Buffer.from(isJson ? "{}" : "");
  if (isJson) {
    const partialSuccess = { [member]: String(refusedCount), errorMessage: REFUSED_REASON };
    return Buffer.from(JSON.stringify({ partialSuccess }));
  }
  const output = new ProtobufOutput(128);
  const start = output.begin(1);
  output.uint(1, refusedCount);
  output.text(2, REFUSED_REASON);
  output.finish(start);
  return output.written();
}
function encodeStatus(status2, isJson) {
  if (isJson) return Buffer.from(JSON.stringify(status2));
  const output = new ProtobufOutput(128);
  output.uint(1, status2.code);
  output.text(2, status2.message);
  return output.written();
}

// lib/viewer/server/page.ts
async function readPage() {
  const { PAGE_GZIP: PAGE_GZIP2, PAGE_POLICY: PAGE_POLICY2 } = await Promise.resolve().then(() => (init_page_bytes(), page_bytes_exports));
  if (PAGE_GZIP2 === "") return void 0;
  return { gzip: Buffer.from(PAGE_GZIP2, "base64"), policy: PAGE_POLICY2 };
}

// lib/system-time.ts
import { performance as performance2 } from "node:perf_hooks";
var TIME_ORIGIN_MILLIS = performance2.timeOrigin;
var monotonicMillis = Object.getPrototypeOf(performance2).now.bind(performance2);
var epochMillis = isBuiltIn(Date.now) ? Date.now : (
  // Replaced before this file was loaded: what it says is not the time.
  () => Math.round(TIME_ORIGIN_MILLIS + monotonicMillis())
);
function isBuiltIn(fn) {
  return Function.prototype.toString.call(fn).includes("[native code]");
}

// lib/viewer/analysis/blocking.ts
var Wait = {
  /** The parent waits for the child. */
  WAITED: 0,
  /** The child is the consumer of a message that the parent only sent, or says that nobody waits. */
  MESSAGE: 1,
  /** The child belongs to the same service and ends after its parent: nobody waits for it. */
  DETACHED: 2,
  /** The child starts after the end of its parent. */
  LATER: 3
};
var MIN_TOLERANCE_NANOS = 5e4;
var TOLERANCE_RATIO = 0.01;
function toleranceOf(tree, row) {
  return Math.max(MIN_TOLERANCE_NANOS, durationOf(tree, row) * TOLERANCE_RATIO);
}
function waitsOf(tree) {
  const waits = new Uint8Array(tree.rowCount);
  for (let row = 0; row < tree.rowCount; row++) waits[row] = waitOf(tree, row);
  return waits;
}
function waitOf(tree, row) {
  const { parents, starts, ends, trace } = tree;
  const parent = parents[row];
  if (parent === -1) return Wait.WAITED;
  const isMessage = rowKind(tree, row) === SpanKind.CONSUMER && rowKind(tree, parent) === SpanKind.PRODUCER;
  if (isMessage || hasFlag(tree, row, RowFlag.FOLLOWS_PARENT)) return Wait.MESSAGE;
  const end = ends[row];
  const parentEnd = ends[parent];
  if (starts[row] >= parentEnd && end > parentEnd) return Wait.LATER;
  const isSameService = parent < trace.spanCount && trace.services[row] === trace.services[parent];
  if (isSameService && end > parentEnd + toleranceOf(tree, parent)) return Wait.DETACHED;
  return Wait.WAITED;
}

// lib/viewer/analysis/critical-path.ts
function criticalPathOf(tree, waits, root = tree.mainRoot) {
  const { starts, ends } = tree;
  const segments = new Segments(tree.rowCount);
  if (root === -1) return segments.build();
  const stack = new PathStack(tree, waits);
  let now2 = ends[root];
  stack.push(root, starts[root], now2);
  while (stack.isNotEmpty) {
    const { row, from } = stack;
    const child = stack.takeChild(now2);
    if (child === -1) {
      segments.add(row, from, now2);
      now2 = Math.min(now2, from);
      stack.pop();
      continue;
    }
    const childFrom = Math.max(starts[child], from);
    const end = Math.min(ends[child], now2);
    if (end <= childFrom) continue;
    segments.add(row, end, now2);
    now2 = end;
    stack.push(child, childFrom, end);
  }
  return segments.build();
}
function pathBelowOf({ preOrder, parents, rowCount }, { pathNanos }) {
  const sums = pathNanos.slice();
  for (let i = rowCount - 1; i >= 0; i--) {
    const row = preOrder[i];
    const parent = parents[row];
    if (parent !== -1) sums[parent] = sums[parent] + sums[row];
  }
  return sums;
}
var PathStack = class {
  /** The span that is looked at; the path does not go before `from` here. */
  row = -1;
  from = 0;
  /** When the path came to the span: children that were running by then count until then. */
  #end = 0;
  #tolerance = 0;
  /** The children of the span that are waited for, by end, stand in `#pool` from here on. */
  #first = 0;
  /** Those from `#first` to here have not been looked at. */
  #left = 0;
  #pool;
  #saved = [];
  #tree;
  #waits;
  constructor(tree, waits) {
    this.#tree = tree;
    this.#waits = waits;
    this.#pool = new Uint32Array(tree.rowCount);
  }
  get isNotEmpty() {
    return this.row !== -1;
  }
  /** Goes to a child of the span, or to the first span. */
  push(row, from, end) {
    this.#saved.push(this.row, this.from, this.#end, this.#tolerance, this.#first, this.#left);
    this.row = row;
    this.from = from;
    this.#end = end;
    this.#tolerance = toleranceOf(this.#tree, row);
    this.#first = this.#left;
    this.#collectChildren();
  }
  pop() {
    const saved = this.#saved;
    this.#left = saved.pop();
    this.#first = saved.pop();
    this.#tolerance = saved.pop();
    this.#end = saved.pop();
    this.from = saved.pop();
    this.row = saved.pop();
  }
  /** Takes the child that ended last, by now; those that ended later ran beside what is on the path. */
  takeChild(now2) {
    const { ends } = this.#tree;
    while (this.#left > this.#first) {
      const child = this.#pool[--this.#left];
      const end = Math.min(ends[child], this.#end);
      if (end <= now2 + this.#tolerance) return child;
    }
    return -1;
  }
  #collectChildren() {
    const { childOffsets, children, ends } = this.#tree;
    const limit = this.#end;
    const pool = this.#pool;
    const firstChild = childOffsets[this.row];
    let at = this.#first;
    let isSorted = true;
    let previousEnd = -Infinity;
    for (let i = childOffsets[this.row + 1] - 1; i >= firstChild; i--) {
      const child = children[i];
      if (this.#waits[child] !== Wait.WAITED) continue;
      const end = Math.min(ends[child], limit);
      if (end < previousEnd) isSorted = false;
      previousEnd = end;
      pool[at++] = child;
    }
    this.#left = at;
    if (isSorted) return;
    const endOf = (child) => Math.min(ends[child], limit);
    pool.subarray(this.#first, at).sort((a, b) => endOf(a) - endOf(b));
  }
};
var Segments = class {
  #rows = [];
  #froms = [];
  #tos = [];
  #rowCount;
  constructor(rowCount) {
    this.#rowCount = rowCount;
  }
  add(row, from, to) {
    if (to <= from) return;
    this.#rows.push(row);
    this.#froms.push(from);
    this.#tos.push(to);
  }
  build() {
    const pathNanos = new Float64Array(this.#rowCount);
    const rows = new Uint32Array(this.#rows).reverse();
    const froms = new Float64Array(this.#froms).reverse();
    const tos = new Float64Array(this.#tos).reverse();
    rows.forEach((row, i) => {
      pathNanos[row] = pathNanos[row] + tos[i] - froms[i];
    });
    return { rows, froms, tos, pathNanos };
  }
};

// lib/viewer/analysis/self-time.ts
function selfTimesOf(tree, waits) {
  const { rowCount, starts, ends, childOffsets, children } = tree;
  const selfNanos = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const end = ends[row];
    let coveredUntil = starts[row];
    let self = 0;
    for (let i = childOffsets[row]; i < childOffsets[row + 1]; i++) {
      const child = children[i];
      if (waits[child] !== Wait.WAITED) continue;
      const from = Math.min(starts[child], end);
      if (from > coveredUntil) self += from - coveredUntil;
      coveredUntil = Math.max(coveredUntil, Math.min(ends[child], end));
    }
    selfNanos[row] = self + end - coveredUntil;
  }
  return selfNanos;
}

// lib/viewer/analysis/analyse.ts
function analyse(trace, options = {}) {
  const tree = treeOf(trace, options);
  const waits = waitsOf(tree);
  return { tree, waits, path: criticalPathOf(tree, waits), selfNanos: selfTimesOf(tree, waits) };
}

// lib/viewer/otlp/protobuf-to-json.ts
var MAX_DEPTH = 128;
function protobufToJson(message2, schema) {
  return jsonOfMessage(new ProtobufCursor(message2), schema, 0);
}
function jsonOfMessage(cursor, schema, depth) {
  const single = /* @__PURE__ */ new Map();
  const lists = /* @__PURE__ */ new Map();
  while (cursor.next()) {
    const field2 = fieldOf(schema, cursor.field);
    if (field2 === void 0 || isOfBytes(field2) !== cursor.isMessage) continue;
    const value = jsonOfField(cursor, field2, depth);
    if (field2.kind !== "list") single.set(field2, value);
    else if (lists.has(field2)) lists.get(field2)?.push(value);
    else lists.set(field2, [value]);
  }
  const members = schema.fields.flatMap((field2) => {
    const list = lists.get(field2);
    const value = list === void 0 ? single.get(field2) : `[${list.join(",")}]`;
    return value === void 0 ? [] : [`"${field2.key.toString()}":${value}`];
  });
  return `{${members.join(",")}}`;
}
function fieldOf({ fields }, number) {
  return fields.find((field2) => field2.number === number);
}
function isOfBytes({ kind }) {
  return kind === "message" || kind === "list" || kind === "text" || kind === "hex" || kind === "base64";
}
function jsonOfField(cursor, field2, depth) {
  switch (field2.kind) {
    case "message":
    case "list": {
      if (depth >= MAX_DEPTH) return "{}";
      const outerEnd = cursor.enter();
      const json = jsonOfMessage(cursor, field2.message, depth + 1);
      cursor.leave(outerEnd);
      return json;
    }
    case "text":
      return JSON.stringify(cursor.text());
    case "hex":
      return `"${cursor.hex()}"`;
    case "base64":
      return `"${cursor.bytes.toString("base64", cursor.start, cursor.stop)}"`;
    case "bool":
      return String(cursor.low !== 0 || cursor.high !== 0);
    case "uint":
    case "fixed32":
      return String(cursor.low);
    case "int64":
      return `"${cursor.signed()}"`;
    case "fixed64":
      return `"${BigInt(cursor.high) << 32n | BigInt(cursor.low)}"`;
    case "double": {
      const value = cursor.double();
      return Number.isFinite(value) ? String(Object.is(value, -0) ? "-0" : value) : `"${value}"`;
    }
  }
}

// lib/viewer/store/trace-request.ts
var RESOURCE_SPANS = 1;
var RESOURCE = 1;
var SCOPE_SPANS = 2;
var SCOPE = 1;
var SPANS = 2;
var SCHEMA_URL = 3;
function requestOfTrace(entry, rows = Array(entry.spanCount).keys()) {
  const output = new ProtobufOutput();
  for (const [resource2, origins] of groupRows(entry, rows)) {
    const resourceSpans = output.begin(RESOURCE_SPANS);
    if (resource2.bytes.length > 0) output.copy(RESOURCE, resource2.bytes);
    for (const [origin, rowsOfOrigin] of origins) {
      const scopeSpans = output.begin(SCOPE_SPANS);
      if (origin.scope.length > 0) output.copy(SCOPE, origin.scope);
      for (const row of rowsOfOrigin) output.copy(SPANS, entry.bytesOf(row));
      if (origin.scopeSchemaUrl !== "") output.text(SCHEMA_URL, origin.scopeSchemaUrl);
      output.finish(scopeSpans);
    }
    if (resource2.schemaUrl !== "") output.text(SCHEMA_URL, resource2.schemaUrl);
    output.finish(resourceSpans);
  }
  return output.written();
}
function groupRows(entry, rows) {
  const resources = /* @__PURE__ */ new Map();
  for (const row of rows) {
    const origin = entry.originOf(row);
    const origins = resources.get(origin.resource) ?? /* @__PURE__ */ new Map();
    resources.set(origin.resource, origins);
    const sameOrigin = origins.get(origin);
    if (sameOrigin === void 0) origins.set(origin, [row]);
    else sameOrigin.push(row);
  }
  return resources;
}

// lib/viewer/analysis/histogram.ts
var BUCKETS_PER_DOUBLING = 16;
var ZERO_BUCKET = -1;
var LogHistogram = class {
  #counts = /* @__PURE__ */ new Map();
  #count = 0;
  /** The number of values. */
  get count() {
    return this.#count;
  }
  /** @param nanos what is not a number, or negative, is ignored */
  add(nanos, times = 1) {
    const bucket = durationBucketOf(nanos);
    if (bucket !== void 0) this.#change(bucket, times);
  }
  /** Adds values by their bucket. @param bucket of {@link durationBucketOf} */
  addBucket(bucket, times) {
    this.#change(bucket, times);
  }
  /** Removes a value that was added. */
  remove(nanos) {
    this.add(nanos, -1);
  }
  /** Adds all values of another histogram. @param sign -1 to remove them */
  merge(other, sign = 1) {
    for (const [bucket, count] of other.#counts) this.#change(bucket, count * sign);
  }
  /**
   * The value below which a part of the values are, exact to 2.2 %; undefined without values.
   *
   * @param part from 0 to 1
   */
  quantile(part) {
    if (this.#count === 0) return void 0;
    const wanted = Math.max(1, Math.ceil(part * this.#count));
    let seen = 0;
    let last;
    for (const [bucket, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      seen += count;
      last = bucket;
      if (seen >= wanted) break;
    }
    return last === void 0 ? void 0 : middleOf(last);
  }
  /** The greatest value, exact to 2.2 %; undefined without values. */
  get max() {
    return this.quantile(1);
  }
  /** The number of values in each bucket with values, by the bucket's lower bound. */
  buckets() {
    return [...this.#counts].sort(([a], [b]) => a - b).map(([bucket, count]) => ({
      fromNanos: lowerBoundOf(bucket),
      toNanos: lowerBoundOf(bucket + 1),
      count
    }));
  }
  #change(bucket, difference) {
    const count = (this.#counts.get(bucket) ?? 0) + difference;
    this.#count += difference;
    if (count === 0) this.#counts.delete(bucket);
    else this.#counts.set(bucket, count);
  }
};
function durationBucketOf(nanos) {
  if (!(nanos >= 0) || nanos === Infinity) return void 0;
  if (nanos < 1) return ZERO_BUCKET;
  return Math.min(LAST_BUCKET, Math.floor(Math.log2(nanos) * BUCKETS_PER_DOUBLING));
}
var LAST_BUCKET = 64 * BUCKETS_PER_DOUBLING;
function lowerBoundOf(bucket) {
  return bucket === ZERO_BUCKET ? 0 : 2 ** (bucket / BUCKETS_PER_DOUBLING);
}
function middleOf(bucket) {
  return bucket === ZERO_BUCKET ? 0 : 2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING);
}

// lib/viewer/analysis/call-counts.ts
var NO_DURATION = -2;
var SERIES_WIDTH = LAST_BUCKET + 2;
var CLIENT = 0;
var SERVER = 1;
var BETWEEN = 2;
var CallCounts = class {
  #callCount = 0;
  #durations = /* @__PURE__ */ new Map();
  #errors = /* @__PURE__ */ new Map();
  get callCount() {
    return this.#callCount;
  }
  /** The number of different values, which take memory. */
  get valueCount() {
    return this.#durations.size + this.#errors.size;
  }
  /** @param sign -1 takes the call back */
  add({ clientBucket, serverBucket, betweenBucket, error }, sign) {
    this.#callCount += sign;
    this.#addDuration(CLIENT, clientBucket, sign);
    this.#addDuration(SERVER, serverBucket, sign);
    this.#addDuration(BETWEEN, betweenBucket, sign);
    if (error !== void 0) change(this.#errors, error, sign);
  }
  /** Adds all calls of others. */
  merge(other) {
    this.#callCount += other.#callCount;
    for (const [key, count] of other.#durations) change(this.#durations, key, count);
    for (const [error, count] of other.#errors) change(this.#errors, error, count);
  }
  /** @param seconds the time of the calls, for their rate */
  read(seconds) {
    const errors = [...this.#errors].map(([error, count]) => ({ error, count }));
    errors.sort((a, b) => b.count - a.count || (a.error < b.error ? -1 : 1));
    const series = [new LogHistogram(), new LogHistogram(), new LogHistogram()];
    for (const [key, count] of this.#durations) {
      const bucket = key % SERIES_WIDTH - 1;
      series[Math.floor(key / SERIES_WIDTH)]?.addBucket(bucket, count);
    }
    return {
      callCount: this.#callCount,
      failedCount: errors.reduce((sum, { count }) => sum + count, 0),
      rate: seconds === 0 ? 0 : this.#callCount / seconds,
      errors,
      client: summaryOf(series[CLIENT]),
      server: summaryOf(series[SERVER]),
      between: summaryOf(series[BETWEEN])
    };
  }
  #addDuration(series, bucket, sign) {
    if (bucket !== NO_DURATION) change(this.#durations, series * SERIES_WIDTH + bucket + 1, sign);
  }
};
function change(counts, key, difference) {
  const count = (counts.get(key) ?? 0) + difference;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
function summaryOf(histogram) {
  return {
    count: histogram.count,
    p50: histogram.quantile(0.5),
    p95: histogram.quantile(0.95),
    max: histogram.max
  };
}

// lib/viewer/analysis/service-graph.ts
var BUCKET_SECONDS = 5;
var BUCKET_COUNT = 720;
var CALL_WIDTH = 6;
var NO_ERROR = -1;
var MAX_EDGES = 1e3;
var EDGE_BYTES = 450;
var COUNTS_BYTES = 500;
var VALUE_BYTES = 40;
var CONTRIBUTION_BYTES = 320;
function bucketOf(epochNanos) {
  return Number(epochNanos / BigInt(BUCKET_SECONDS * 1e9));
}
function contributionBytes({ edges, errors, calls }) {
  return CONTRIBUTION_BYTES + 8 * (edges.length + errors.length) + calls.byteLength;
}
var ServiceGraph = class {
  #maxBytes;
  #slots = /* @__PURE__ */ new Map();
  #edges = /* @__PURE__ */ new Map();
  #lastBucket = 0;
  #droppedBucket = -1;
  #countsCount = 0;
  #valueCount = 0;
  #omittedCallCount = 0;
  /** @param maxBytes the most memory, without the contributions. @default no limit */
  constructor(maxBytes = Infinity) {
    this.#maxBytes = maxBytes;
  }
  /** The memory of the graph, without the contributions. */
  get byteCount() {
    const { size } = this.#edges;
    return size * EDGE_BYTES + this.#countsCount * COUNTS_BYTES + this.#valueCount * VALUE_BYTES;
  }
  /** The bucket of the latest call; 0 before the first one. */
  get lastBucket() {
    return this.#lastBucket;
  }
  /** The first bucket whose calls are kept. */
  get firstBucket() {
    return Math.max(this.#droppedBucket + 1, this.#lastBucket - BUCKET_COUNT + 1);
  }
  /** The calls that were left out because there are too many edges. */
  get omittedCallCount() {
    return this.#omittedCallCount;
  }
  /**
   * Adds calls. What is older than an hour before the latest call is not kept.
   *
   * @param nowBucket the calls of clocks that are ahead count in this bucket. @default no limit
   * @returns what {@link remove} takes back
   */
  add(calls, nowBucket = Infinity) {
    const edges = /* @__PURE__ */ new Map();
    const errors = /* @__PURE__ */ new Map();
    const packed = new Int32Array(calls.length * CALL_WIDTH);
    let length = 0;
    for (const call of calls) {
      const bucket = Math.min(bucketOf(call.startNanos), nowBucket);
      this.#lastBucket = Math.max(this.#lastBucket, bucket);
      if (bucket < this.firstBucket) continue;
      const edge = this.#edgeOf(call);
      if (edge === void 0) {
        this.#omittedCallCount++;
        continue;
      }
      const at = length;
      packed[length++] = indexIn(edges, edge);
      packed[length++] = call.error === void 0 ? NO_ERROR : indexIn(errors, call.error);
      packed[length++] = bucket;
      packed[length++] = durationBucketOf(call.clientNanos) ?? NO_DURATION;
      packed[length++] = durationBucketOf(call.serverNanos) ?? NO_DURATION;
      packed[length++] = durationBucketOf(call.betweenNanos) ?? NO_DURATION;
      this.#count(edge, call.error, packed, at, 1);
    }
    this.#dropSlots();
    while (this.byteCount > this.#maxBytes && this.#slots.size > 1) {
      this.#droppedBucket = Math.min(...this.#slots.keys());
      this.#dropSlots();
    }
    return {
      edges: [...edges.keys()],
      errors: [...errors.keys()],
      calls: length === packed.length ? packed : packed.slice(0, length)
    };
  }
  /** Takes a contribution back that was added; what has become too old meanwhile is gone already. */
  remove({ edges, errors, calls }) {
    for (let at = 0; at < calls.length; at += CALL_WIDTH) {
      const edge = edges[calls[at]];
      this.#count(edge, errors[calls[at + 1]], calls, at, -1);
    }
  }
  /** Drops what is older than an hour. @param nowBucket of `bucketOf` */
  dropOld(nowBucket) {
    this.#lastBucket = Math.max(this.#lastBucket, nowBucket);
    this.#dropSlots();
  }
  /** Drops everything. Contributions that were added before can still be removed, without effect. */
  clear() {
    for (const bucket of [...this.#slots.keys()]) this.#dropSlot(bucket);
    this.#lastBucket = 0;
    this.#droppedBucket = -1;
    this.#omittedCallCount = 0;
  }
  /**
   * Reads the graph.
   *
   * @param fromBucket the first bucket to count
   * @param toBucket the last one
   * @param seconds the time for rates. @default that of the buckets
   */
  read(fromBucket, toBucket, seconds = Math.max(0, toBucket - fromBucket + 1) * BUCKET_SECONDS) {
    const bucketCount = Math.max(0, toBucket - fromBucket + 1);
    const sums = /* @__PURE__ */ new Map();
    const nodes = /* @__PURE__ */ new Map();
    const nodeOf = (node2) => {
      const known = nodes.get(node2.id);
      if (known !== void 0) return known;
      const callsByBucket = new Array(bucketCount).fill(0);
      const created = { node: node2, counts: new CallCounts(), callsByBucket };
      nodes.set(node2.id, created);
      return created;
    };
    for (const [bucket, slot] of this.#slots) {
      if (bucket < fromBucket || bucket > toBucket) continue;
      for (const [edge, counts] of slot) {
        let sum = sums.get(edge);
        if (sum === void 0) {
          sum = new CallCounts();
          sums.set(edge, sum);
        }
        sum.merge(counts);
        const { callsByBucket } = nodeOf(edge.to);
        const at = bucket - fromBucket;
        callsByBucket[at] = callsByBucket[at] + counts.callCount;
      }
    }
    for (const [{ from, to }, counts] of sums) {
      nodeOf(from);
      nodeOf(to).counts.merge(counts);
    }
    const ordered = [...sums].sort(([a], [b]) => compareTexts2(a.key, b.key));
    return {
      nodes: [...nodes.values()].map(({ node: node2, counts, callsByBucket }) => ({
        node: node2,
        callsByBucket,
        ...counts.read(seconds)
      })).sort((a, b) => compareTexts2(a.node.id, b.node.id)),
      edges: ordered.map(([{ from, to, isMessage }, counts]) => ({
        from,
        to,
        isMessage,
        ...counts.read(seconds)
      }))
    };
  }
  #edgeOf({ from, to, isMessage }) {
    const key = JSON.stringify([from.id, to.id, isMessage]);
    const known = this.#edges.get(key);
    if (known !== void 0 || this.#edges.size >= MAX_EDGES) return known;
    const edge = { from, to, isMessage, key, slotCount: 0 };
    this.#edges.set(key, edge);
    return edge;
  }
  /** Adds a packed call, or takes it back. */
  #count(edge, error, calls, at, sign) {
    const bucket = calls[at + 2];
    let slot = this.#slots.get(bucket);
    let counts = slot?.get(edge);
    if (counts === void 0) {
      if (sign === -1) return;
      if (slot === void 0) {
        slot = /* @__PURE__ */ new Map();
        this.#slots.set(bucket, slot);
      }
      counts = new CallCounts();
      slot.set(edge, counts);
      edge.slotCount++;
      this.#countsCount++;
    }
    this.#valueCount -= counts.valueCount;
    const call = {
      clientBucket: calls[at + 3],
      serverBucket: calls[at + 4],
      betweenBucket: calls[at + 5],
      error
    };
    counts.add(call, sign);
    this.#valueCount += counts.valueCount;
    if (counts.callCount > 0) return;
    this.#forget(edge, counts);
    slot?.delete(edge);
    if (slot?.size === 0) this.#slots.delete(bucket);
  }
  #dropSlots() {
    for (const bucket of this.#slots.keys()) {
      if (bucket < this.firstBucket) this.#dropSlot(bucket);
    }
  }
  #dropSlot(bucket) {
    for (const [edge, counts] of this.#slots.get(bucket) ?? []) this.#forget(edge, counts);
    this.#slots.delete(bucket);
  }
  #forget(edge, counts) {
    this.#countsCount--;
    this.#valueCount -= counts.valueCount;
    edge.slotCount--;
    if (edge.slotCount === 0) this.#edges.delete(edge.key);
  }
};
function indexIn(indexes, value) {
  const known = indexes.get(value);
  if (known !== void 0) return known;
  indexes.set(value, indexes.size);
  return indexes.size - 1;
}
function compareTexts2(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

// lib/viewer/server/graph-answer.ts
var MAX_MINUTES = 60;
var MAX_COLUMNS = 60;
var BUCKET_MILLIS = BUCKET_SECONDS * 1e3;
function graphToJson(graph, minutes) {
  const { nodes, edges, fromBucket, toBucket } = graph.read(minutes);
  const columnBuckets = Math.ceil((toBucket - fromBucket + 1) / MAX_COLUMNS);
  const { latestMillis } = graph;
  return {
    nodes: nodes.map(({ node: node2, callsByBucket, ...counts }) => ({
      ...node2,
      ...counts,
      calls: sumsOf(callsByBucket, columnBuckets)
    })),
    edges: edges.map(({ from, to, ...edge }) => ({ ...edge, from: from.id, to: to.id })),
    minutes,
    fromMillis: fromBucket * BUCKET_MILLIS,
    toMillis: (toBucket + 1) * BUCKET_MILLIS,
    columnSeconds: columnBuckets * BUCKET_SECONDS,
    ...latestMillis === void 0 ? {} : { latestMillis },
    omittedCallCount: graph.omittedCallCount,
    revision: graph.revision
  };
}
function sumsOf(values, width) {
  const sums = new Array(Math.ceil(values.length / width)).fill(0);
  values.forEach((value, i) => {
    const at = Math.floor(i / width);
    sums[at] = sums[at] + value;
  });
  return sums;
}

// lib/viewer/server/page-answer.ts
import { promisify as promisify2 } from "node:util";
import { gunzip as gunzip2 } from "node:zlib";

// lib/viewer/formats/trace-html.ts
var SAVED_TRACE_ID = "saved-trace";
var SERVER_DIRECTIVES = /^(?:frame-ancestors|connect-src|report-uri|sandbox)\b/;
function traceHtml({ html, policy }, dataJson) {
  const head = html.indexOf('<meta charset="utf-8">');
  const script2 = html.lastIndexOf("<script>");
  if (head === -1 || script2 === -1) throw new RangeError("The page has no head or no script.");
  return [
    html.slice(0, head),
    '<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${policyOfFile(policy)}">`,
    html.slice(head + '<meta charset="utf-8">'.length, script2),
    `<script type="application/json" id="${SAVED_TRACE_ID}">${inertJson(dataJson)}</script>
`,
    html.slice(script2)
  ].join("");
}
function inertJson(json) {
  return json.replace(/[<\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
function policyOfFile(policy) {
  const kept = policy.split(";").map((directive) => directive.trim()).filter((directive) => directive !== "" && !SERVER_DIRECTIVES.test(directive));
  return [...kept, "connect-src 'none'"].join("; ").replaceAll('"', "&quot;");
}

// lib/viewer/server/page-answer.ts
var decompress = promisify2(gunzip2);
function wantsHtml({ headers }) {
  return headers.accept?.includes("text/html") ?? false;
}
async function sendSavedTrace({ response }, { gzip, policy }, traceId, dataJson, answers) {
  const html = traceHtml({ html: (await decompress(gzip)).toString(), policy }, dataJson);
  response.setHeader("content-disposition", `attachment; filename="trace-${traceId}.html"`);
  answers.send(response, 200, "text/html; charset=utf-8", Buffer.from(html));
}
async function sendPage({ response, headers }, { gzip, policy }, answers) {
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(
    String(headers["accept-encoding"] ?? "")
  );
  response.setHeader("content-security-policy", policy);
  response.setHeader("vary", "Accept, Accept-Encoding");
  if (takesGzip) response.setHeader("content-encoding", "gzip");
  const body = takesGzip ? gzip : await decompress(gzip);
  answers.send(response, 200, "text/html; charset=utf-8", body);
}

// lib/viewer/analysis/durations.ts
var SECOND = 1e9;
var MILLI = 1e6;
var MICRO = 1e3;
function formatNanos(nanos) {
  if (nanos < 0) return `-${formatNanos(-nanos)}`;
  const seconds = nanos / SECOND;
  if (seconds >= 59.995) {
    const whole = Math.round(seconds);
    return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  }
  if (nanos >= 999.5 * MILLI) return `${seconds.toFixed(2)} s`;
  if (nanos >= 0.9995 * MILLI)
    return `${(nanos / MILLI).toFixed(nanos >= 99.95 * MILLI ? 0 : 1)} ms`;
  if (nanos >= 0.9995 * MICRO) return `${Math.round(nanos / MICRO)} \xB5s`;
  return `${Math.round(nanos)} ns`;
}
function formatPart(part, whole) {
  const wholeText = formatNanos(whole);
  const [, digits, unit] = /^([\d.]+) (\D+)$/.exec(wholeText) ?? [];
  if (digits === void 0 || unit === void 0 || part < whole / 100) {
    return `${formatNanos(part)} of ${wholeText}`;
  }
  const unitNanos = { s: SECOND, ms: MILLI, \u00B5s: MICRO, ns: 1 }[unit];
  const decimals = digits.split(".")[1]?.length ?? 0;
  return `${(part / unitNanos).toFixed(decimals)} of ${wholeText}`;
}
function counted(count, noun) {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

// lib/viewer/analysis/root-cause.ts
var Trouble = {
  NONE: 0,
  /** It has not failed, but it answered with an error, or recorded an exception: a server's 404. */
  SIGN: 1,
  FAILED: 2
};
function failuresOf(analysis) {
  const { tree, waits } = analysis;
  if (tree.mainRoot === -1) return [];
  const units = unitsOf(tree, waits);
  const sentences = [];
  const cause = causeBelow(analysis, tree.mainRoot);
  if (cause !== void 0) sentences.push(cause);
  const handled = [];
  const later = [];
  for (const row of tree.preOrder) {
    if (isMissing(tree, row) && row !== tree.mainRoot) {
      if (troubleIn(analysis, row) === Trouble.FAILED) later.push(row);
      continue;
    }
    if (troubleOf(tree, row) !== Trouble.FAILED) continue;
    const unit = units[row];
    if (troubleIn(analysis, unit) === Trouble.NONE) {
      if (troubledChild(analysis, row, Trouble.FAILED) === void 0) handled.push(row);
    } else if (unit === row && unit !== tree.mainRoot) {
      later.push(row);
    }
  }
  if (handled.length > 0) sentences.push(handledSentence(tree, handled));
  if (later.length > 0) sentences.push(laterSentence(analysis, later));
  return sentences;
}
function failureChain(analysis, from = analysis.tree.mainRoot) {
  if (from === -1 || troubleIn(analysis, from) === Trouble.NONE) return [];
  const chain = [from];
  for (let row = from; ; chain.push(row)) {
    row = troubledChild(analysis, row, Trouble.FAILED) ?? troubledChild(analysis, row, Trouble.SIGN);
    if (row === void 0) return chain;
  }
}
function isFailed({ trace }, row) {
  return trace.statuses[row] === SpanStatus.ERROR;
}
function causeBelow(analysis, from) {
  const { tree } = analysis;
  const rows = failureChain(analysis, from);
  const origin = rows.at(-1);
  if (origin === void 0) return void 0;
  const hasFailed = rows.some((row) => isFailed(tree, row));
  const error = errorOf(tree, origin);
  const answer = answerOf(tree, origin);
  const isBare = origin === from && error !== void 0 && error === answer;
  const text = isBare ? `It answered ${answer}` : `It began in ${originText(tree, origin)}`;
  return { kind: hasFailed ? "failed" : "refused", text, rows };
}
function originText(tree, row) {
  const place = [rowService(tree, row), rowName(tree, row)].filter((text) => text !== "").join(", ");
  const code = codeOf(tree, row);
  const error = errorOf(tree, row) ?? "it says no reason";
  return `${lineOf(place)}${code === void 0 ? "" : ` (${lineOf(shortPlace(code))})`}: ${error}`;
}
function handledSentence(tree, rows) {
  const last = latest(tree, rows);
  const text = rows.length === 1 ? `1 failure was handled, in ${originText(tree, last)}` : `${counted(rows.length, "failure")} were handled, the last in ${originText(tree, last)}`;
  return { kind: "handled", text, rows };
}
function laterSentence(analysis, units) {
  const { tree } = analysis;
  const origin = failureChain(analysis, latest(tree, units)).at(-1);
  const more = units.length === 1 ? "" : ` (and ${counted(units.length - 1, "more failure")})`;
  const text = `What nobody waited for failed in ${originText(tree, origin)}${more}`;
  return { kind: "later", text, rows: units };
}
function latest({ ends }, rows) {
  return rows.reduce((last, row) => ends[row] > ends[last] ? row : last);
}
function unitsOf({ preOrder, parents, rowCount }, waits) {
  const units = new Int32Array(rowCount);
  for (const row of preOrder) {
    const parent = parents[row];
    units[row] = parent === -1 || waits[row] !== Wait.WAITED ? row : units[parent];
  }
  return units;
}
function troubleOf(tree, row) {
  if (isMissing(tree, row)) return Trouble.NONE;
  if (isFailed(tree, row)) return Trouble.FAILED;
  const { facts } = tree.trace;
  const hasException = facts.valueOf(row, Fact.EXCEPTION_TYPE) !== NO_FACT || facts.valueOf(row, Fact.EXCEPTION_MESSAGE) !== NO_FACT || facts.valueOf(row, Fact.ERROR_TYPE) !== NO_FACT;
  return hasException || isFailureAnswer(tree, row) ? Trouble.SIGN : Trouble.NONE;
}
function troubleIn(analysis, row) {
  const { tree } = analysis;
  if (!isMissing(tree, row)) return troubleOf(tree, row);
  if (troubledChild(analysis, row, Trouble.FAILED) !== void 0) return Trouble.FAILED;
  return troubledChild(analysis, row, Trouble.SIGN) === void 0 ? Trouble.NONE : Trouble.SIGN;
}
function troubledChild({ tree, waits }, row, trouble) {
  const { childOffsets, children, ends } = tree;
  const parentEnd = ends[row];
  let found;
  let foundEnd = -Infinity;
  for (let i = childOffsets[row]; i < childOffsets[row + 1]; i++) {
    const child = children[i];
    if (waits[child] !== Wait.WAITED || troubleOf(tree, child) !== trouble) continue;
    const end = Math.min(ends[child], parentEnd);
    if (end < foundEnd) continue;
    found = child;
    foundEnd = end;
  }
  return found;
}

// lib/viewer/analysis/findings/asked-twice.ts
var READS = /* @__PURE__ */ new Set(["SELECT", "WITH", "GET", "FIND", "HGETALL", "MGET", "HGET", "AGGREGATE"]);
function askedTwice(evidence) {
  const { tree } = evidence.analysis;
  const groups = /* @__PURE__ */ new Map();
  for (const row of evidence.clientRows) {
    if (isFailed(tree, row) || !isKnownRead(evidence, row)) continue;
    const key = evidence.signatures.identityOf(row);
    const rows = groups.get(key);
    if (rows === void 0) groups.set(key, [row]);
    else rows.push(row);
  }
  return [...groups.values()].filter((rows) => rows.length > 1).map((rows) => {
    const times = rows.length === 2 ? "twice" : `${rows.length.toLocaleString("en-US")} times`;
    const first = rows[0];
    const isRequest = evidence.analysis.tree.trace.facts.valueOf(first, Fact.URL_FULL) !== NO_FACT;
    const same = isRequest ? "of the same URL" : "with the same text and parameters";
    return {
      kind: "asked-twice",
      text: `${placeOf(tree, first)} was asked ${times}, ${same}`,
      how: "Equal text and parameters of queries, or equal URLs of GET requests, of one service",
      rows,
      // The first answer is needed.
      pathNanos: evidence.pathOf(rows.slice(1))
    };
  });
}
function isKnownRead({ analysis, signatures }, row) {
  const { facts, strings } = analysis.tree.trace;
  if (facts.valueOf(row, Fact.FOLDED_COUNT) !== NO_FACT) return false;
  if (!READS.has(signatures.verbOf(row))) return false;
  const parts = [Fact.URL_FULL, Fact.DB_TEXT, Fact.DB_PARAMETERS].map((fact) => {
    const value = facts.valueOf(row, fact);
    return value === NO_FACT ? void 0 : strings[value];
  });
  const [url, text, parameters] = parts;
  if (parts.some((part) => part?.includes("REDACTED"))) return false;
  if (url !== void 0) return true;
  return text !== void 0 && (parameters !== void 0 || !/\?|\$\d|[:@]\w/.test(text));
}

// lib/viewer/analysis/findings/assembly-findings.ts
var MAX_RUN_AFTER_PARENT_NANOS = 5e9;
function parentProblems({ analysis }) {
  const { tree } = analysis;
  const findings = [];
  const orphans = rowsOf(tree, (row) => tree.parents[row] >= tree.trace.spanCount);
  if (orphans.length > 0) {
    const parents = counted(tree.missingParents.length, "parent");
    const verb = orphans.length === 1 ? "names" : "name";
    findings.push({
      kind: "parents-missing",
      text: `${counted(orphans.length, "span")} ${verb} ${parents} that never came, the first is ${placeOf(tree, orphans[0])}`,
      how: "The id of a parent that no span of the trace has: its process does not export, or dropped it",
      rows: orphans,
      pathNanos: 0
    });
  }
  const cut = rowsOf(tree, (row) => hasFlag(tree, row, RowFlag.CYCLE_CUT));
  if (cut.length > 0) {
    findings.push({
      kind: "parent-circle",
      text: `The parents of spans make a circle; it is cut at ${placeOf(tree, cut[0])}`,
      how: "A span that is an ancestor of itself by the ids of parents",
      rows: cut,
      pathNanos: 0
    });
  }
  return findings;
}
function openSpans({ analysis }) {
  const { tree } = analysis;
  const isGone = (row) => hasFlag(tree, row, RowFlag.PROCESS_GONE);
  const running = rowsOf(tree, (row) => isRowRunning(tree, row));
  const gone = running.filter(isGone);
  const forgotten = running.filter((row) => !isGone(row) && isForgotten(tree, row));
  const findings = [];
  if (gone.length > 0) {
    const services = [...new Set(gone.map((row) => lineOf(rowService(tree, row))))];
    const [subject, verb] = services.length === 1 ? ["process", "has"] : ["processes", "have"];
    findings.push({
      kind: "process-gone",
      text: `The ${subject} of ${services.join(" and ")} ${verb} gone: ${counted(gone.length, "span")} never ended, the last is ${placeOf(tree, gone.at(-1))}`,
      how: "Running spans whose process has not reported for five seconds",
      rows: gone,
      pathNanos: 0
    });
  }
  if (forgotten.length > 0) {
    const first = forgotten[0];
    const more = forgotten.length === 1 ? "" : ` and ${counted(forgotten.length - 1, "more span")}`;
    findings.push({
      kind: "never-ended",
      text: `${placeOf(tree, first)}${more} never ended: it is running for ${formatNanos(durationOf(tree, first))}, but its parent has ended`,
      how: "A running span whose parent, in the same service, ended more than five seconds ago",
      rows: forgotten,
      pathNanos: 0
    });
  }
  return findings;
}
function isForgotten(tree, row) {
  const parent = tree.parents[row];
  if (parent === -1 || parent >= tree.trace.spanCount || isRowRunning(tree, parent)) return false;
  if (tree.trace.services[parent] !== tree.trace.services[row]) return false;
  return tree.ends[row] - tree.ends[parent] > MAX_RUN_AFTER_PARENT_NANOS;
}
function differentClocks({ analysis }) {
  return analysis.tree.corrections.map(({ host, aheadNanos, pairCount }) => ({
    kind: "clocks-differ",
    text: `The clock of ${lineOf(host)} is ${formatNanos(Math.abs(aheadNanos))} ${aheadNanos > 0 ? "ahead" : "behind"}; its times are corrected, by ${counted(pairCount, "call")}`,
    how: "The median of the differences at both ends of calls between two hosts",
    rows: [],
    pathNanos: 0
  }));
}
function rowsOf(tree, isWanted) {
  const rows = [];
  for (const row of tree.preOrder) if (row < tree.trace.spanCount && isWanted(row)) rows.push(row);
  return rows;
}

// lib/viewer/analysis/findings/context-lost.ts
function lostContext({ analysis, context }) {
  const { tree } = analysis;
  const { trace } = tree;
  const root = tree.mainRoot;
  if (context.requestsAt === void 0 || root === -1 || root >= trace.spanCount) return [];
  const kind = rowKind(tree, root);
  if (kind === SpanKind.SERVER || kind === SpanKind.CONSUMER) return [];
  const process2 = trace.resourceTable[trace.resources[root]];
  const epochNanos = trace.base + BigInt(trace.starts[root]);
  const others = context.requestsAt(process2, epochNanos).filter(({ traceId }) => traceId !== trace.traceId);
  const [request] = others;
  if (others.length !== 1 || request === void 0) return [];
  return [
    {
      kind: "context-lost",
      text: `${placeOf(tree, root)} began while its process worked on ${lineOf(request.name)} only (trace ${lineOf(request.traceId)}), but has no parent: its context was probably lost`,
      how: "A root that is no request and no message, inside exactly one request of its own process",
      rows: [root],
      pathNanos: 0
    }
  ];
}

// lib/viewer/analysis/findings/could-run-together.ts
var MIN_CALLS = 3;
var MIN_PART = 0.1;
var TRANSACTION = /* @__PURE__ */ new Set(["BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"]);
var READS2 = /* @__PURE__ */ new Set(["SELECT", "WITH", "GET", "FIND", "AGGREGATE"]);
function couldRunTogether(evidence) {
  const { tree, waits } = evidence.analysis;
  const findings = [];
  for (const parent of parentsOf(evidence)) {
    const first = tree.childOffsets[parent];
    const children = tree.children.subarray(first, tree.childOffsets[parent + 1]);
    const calls = [];
    let isTransaction = false;
    for (const child of children) {
      if (rowKind(tree, child) !== SpanKind.CLIENT) continue;
      const verb = evidence.signatures.verbOf(child);
      isTransaction ||= TRANSACTION.has(verb);
      const isOnPath = waits[child] === Wait.WAITED && evidence.pathBelow[child] > 0;
      if (isOnPath && isIndependent(evidence, child, verb)) calls.push(child);
    }
    if (isTransaction) continue;
    for (const run of sequencesOf(evidence, parent, calls)) {
      const finding = describe2(evidence, parent, run);
      if (finding !== void 0) findings.push(finding);
    }
  }
  return findings;
}
function parentsOf({ analysis, clientRows }) {
  const parents = new Set(clientRows.map((row) => analysis.tree.parents[row]));
  parents.delete(-1);
  return parents;
}
function isIndependent({ analysis }, row, verb) {
  const { facts } = analysis.tree.trace;
  if (facts.valueOf(row, Fact.RPC_METHOD) !== NO_FACT) return true;
  return READS2.has(verb);
}
function sequencesOf({ analysis }, parent, calls) {
  const { tree } = analysis;
  const tolerance = toleranceOf(tree, parent);
  const runs = [];
  let run = [];
  for (const call of calls) {
    const last = run.at(-1);
    const isAfter = last === void 0 || tree.starts[call] >= tree.ends[last] - tolerance;
    if (!isAfter) {
      runs.push(run);
      run = [];
    }
    run.push(call);
  }
  return [...runs, run];
}
function describe2(evidence, parent, run) {
  const { tree } = evidence.analysis;
  const kinds = new Set(run.map((row) => evidence.signatures.of(row)));
  if (kinds.size < MIN_CALLS) return void 0;
  const longest = run.reduce((most, row) => Math.max(most, evidence.pathBelow[row]), 0);
  const saved = evidence.pathOf(run) - longest;
  if (saved < durationOf(tree, tree.mainRoot) * MIN_PART) return void 0;
  const names = [...new Set(run.map((row) => rowName(tree, row)))];
  const listed = names.length > 4 ? `${names.slice(0, 3).join(", ")} and more` : names.join(", ");
  return {
    kind: "could-run-together",
    text: `${run.length} calls below ${placeOf(tree, parent)} run one after another: ${listed}. If they do not need each other, running them together saves at most ${formatNanos(saved)}`,
    how: `At least ${MIN_CALLS} different reads or calls below one span, each after the one before, on the critical path`,
    rows: run,
    pathNanos: saved
  };
}

// lib/viewer/analysis/call-ids.ts
var KIND_FACTOR = 8;
var PAIR_FACTOR = 2 ** 26;
function callIdsOf({ trace, rowCount }) {
  const { names, services, kinds, spanCount } = trace;
  const namesAndKinds = new NumberIds();
  const serviceIds = new NumberIds();
  const all = new NumberIds();
  const ids = new Uint32Array(rowCount);
  for (let row = 0; row < spanCount; row++) {
    const call = namesAndKinds.idOf(names[row] * KIND_FACTOR + kinds[row]);
    ids[row] = all.idOf(pairKey(serviceIds.idOf(services[row]), call));
  }
  if (rowCount > spanCount) ids.fill(all.idOf(-1), spanCount);
  return { ids, count: all.count };
}
function pairKey(a, b) {
  return a * PAIR_FACTOR + b;
}
var NumberIds = class {
  #ids = /* @__PURE__ */ new Map();
  get count() {
    return this.#ids.size;
  }
  idOf(key) {
    const known = this.#ids.get(key);
    if (known !== void 0) return known;
    const id = this.#ids.size;
    this.#ids.set(key, id);
    return id;
  }
};

// lib/viewer/analysis/flame-tree.ts
function flameTreeOf(analysis) {
  const { tree, path, selfNanos } = analysis;
  const nodes = [];
  const roots = [];
  const nodeOfRow = new Uint32Array(tree.rowCount);
  const known = /* @__PURE__ */ new Map();
  const { ids } = callIdsOf(tree);
  for (const row of tree.preOrder) {
    const parentRow = tree.parents[row];
    const parent = parentRow === -1 ? void 0 : nodes[nodeOfRow[parentRow]];
    const key = pairKey((parent?.index ?? -1) + 1, ids[row]);
    let node2 = known.get(key);
    if (node2 === void 0) {
      node2 = newNode(nodes.length, parent, analysis, row);
      known.set(key, node2);
      nodes.push(node2);
      (parent?.children ?? roots).push(node2);
    }
    nodeOfRow[row] = node2.index;
    node2.callCount++;
    if (isFailed(tree, row)) node2.failedCount++;
    node2.firstStart = Math.min(node2.firstStart, tree.starts[row]);
    node2.pathNanos += path.pathNanos[row];
    node2.workNanos += selfNanos[row];
  }
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node2 = nodes[i];
    node2.pathTotalNanos += node2.pathNanos;
    node2.workTotalNanos += node2.workNanos;
    node2.children.sort((a, b) => a.firstStart - b.firstStart || a.index - b.index);
    const parent = nodes[node2.parent?.index ?? -1];
    if (parent === void 0) continue;
    parent.pathTotalNanos += node2.pathTotalNanos;
    parent.workTotalNanos += node2.workTotalNanos;
  }
  return { nodes, roots, nodeOfRow };
}
function callPathOf(node2) {
  const names = [];
  for (let at = node2; at !== void 0; at = at.parent) names.push(at.name);
  return names.reverse().join(" \u203A ");
}
function newNode(index, parent, { tree }, row) {
  return {
    index,
    parent,
    service: rowService(tree, row),
    name: rowName(tree, row),
    kind: rowKind(tree, row),
    children: [],
    callCount: 0,
    failedCount: 0,
    firstStart: Infinity,
    pathNanos: 0,
    pathTotalNanos: 0,
    workNanos: 0,
    workTotalNanos: 0
  };
}

// lib/viewer/analysis/signature.ts
var CallSignatures = class {
  #trace;
  #normalized = /* @__PURE__ */ new Map();
  /** The ids of signatures, and of rows that were asked for: rules ask several times. */
  #ids = /* @__PURE__ */ new Map();
  #known = [];
  /** What calls do, by the index of the text that tells it. */
  #verbs = /* @__PURE__ */ new Map();
  constructor(trace) {
    this.#trace = trace;
  }
  /**
   * What a span calls: the summary of a query, else its text without values; the method and the template of
   * a URL, else its path without ids; the method of an RPC; the destination of a message. Else its name.
   */
  of(row) {
    const known = this.#known[row] ?? this.#idOf(this.#compute(row));
    this.#known[row] = known;
    return known;
  }
  /** The same, with the values that a span shows: equal for calls that are probably the same. */
  identityOf(row) {
    const { facts } = this.#trace;
    const url = facts.valueOf(row, Fact.URL_FULL);
    const text = facts.valueOf(row, Fact.DB_TEXT);
    const parameters = facts.valueOf(row, Fact.DB_PARAMETERS);
    return this.#idOf(`identity ${this.of(row)} ${url} ${text} ${parameters}`);
  }
  /** `SELECT` of a query, `GET` of a request: what a call does, in upper case. */
  verbOf(row) {
    const { facts, strings, names } = this.#trace;
    const method = facts.valueOf(row, Fact.HTTP_METHOD);
    const text = facts.valueOf(row, Fact.DB_TEXT);
    const summary = facts.valueOf(row, Fact.DB_SUMMARY);
    const name = names[row];
    const source = [method, text, summary].find((value) => value !== NO_FACT) ?? name;
    const known = this.#verbs.get(source);
    if (known !== void 0) return known;
    const verb = (/^\s*\(*\s*(\w+)/.exec(strings[source])?.[1] ?? "").toUpperCase();
    this.#verbs.set(source, verb);
    return verb;
  }
  #idOf(signature) {
    const known = this.#ids.get(signature) ?? this.#ids.size;
    this.#ids.set(signature, known);
    return known;
  }
  #compute(row) {
    const { facts, services, names } = this.#trace;
    const get = (fact) => facts.valueOf(row, fact);
    const service = services[row];
    const system = get(Fact.DB_SYSTEM);
    const summary = get(Fact.DB_SUMMARY);
    const text = get(Fact.DB_TEXT);
    if (summary !== NO_FACT) return `${service} db ${system} ${summary}`;
    if (text !== NO_FACT) return `${service} db ${system} ${this.#withoutValues(text)}`;
    const method = get(Fact.HTTP_METHOD);
    if (method !== NO_FACT) {
      const template = get(Fact.URL_TEMPLATE);
      const address = get(Fact.SERVER_ADDRESS);
      if (template !== NO_FACT) return `${service} http ${method} ${address} ${template}`;
      const url = get(Fact.URL_FULL);
      if (url !== NO_FACT) return `${service} http ${method} ${this.#withoutIds(url)}`;
    }
    const rpc = get(Fact.RPC_METHOD);
    if (rpc !== NO_FACT) return `${service} rpc ${rpc}`;
    const destination = get(Fact.MESSAGING_DESTINATION);
    return `${service} ${names[row]} ${destination}`;
  }
  #withoutValues(index) {
    return this.#normalize(
      index,
      (text) => text.replace(/'(?:[^']|'')*'/g, "?").replace(/\b\d+(?:\.\d+)?\b/g, "?").replace(/\?(?:\s*,\s*\?)+/g, "?")
    );
  }
  #withoutIds(index) {
    return this.#normalize(
      index,
      (url) => url.replace(/[?#].*$/s, "").replace(/\/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,})(?=\/|$)/gi, "/#")
    );
  }
  #normalize(index, change2) {
    const known = this.#normalized.get(index);
    if (known !== void 0) return known;
    const normalized = change2(this.#trace.strings[index]);
    this.#normalized.set(index, normalized);
    return normalized;
  }
};

// lib/viewer/analysis/findings/finding-context.ts
var Evidence = class {
  analysis;
  context;
  signatures;
  /** The time of each row with all rows below it on the critical path, in nanoseconds. */
  pathBelow;
  /** The rows of spans of kind CLIENT, by start. */
  clientRows;
  #flame;
  constructor(analysis, context) {
    this.analysis = analysis;
    this.context = context;
    this.signatures = new CallSignatures(analysis.tree.trace);
    this.pathBelow = pathBelowOf(analysis.tree, analysis.path);
    const { tree } = analysis;
    this.clientRows = [...tree.preOrder].filter((row) => rowKind(tree, row) === SpanKind.CLIENT).sort((a, b) => tree.starts[a] - tree.starts[b]);
  }
  get flame() {
    this.#flame ??= flameTreeOf(this.analysis);
    return this.#flame;
  }
  /** The time of rows, with what is below them, on the critical path; no row may be below another. */
  pathOf(rows) {
    return rows.reduce((sum, row) => sum + this.pathBelow[row], 0);
  }
};

// lib/viewer/analysis/findings/repeated-call.ts
var MIN_CALLS2 = 5;
function repeatedCalls(evidence) {
  const { tree } = evidence.analysis;
  const byParent = /* @__PURE__ */ new Map();
  for (const row of evidence.clientRows) {
    const parent = tree.parents[row];
    if (parent === -1) continue;
    addTo(byParent, pairKey(parent, evidence.signatures.of(row)), parent, row);
  }
  const found = [];
  const byGrandparent = /* @__PURE__ */ new Map();
  const { ids } = callIdsOf(tree);
  const namesAndCalls = new NumberIds();
  for (const group of byParent.values()) {
    if (isRepeated(tree, group)) {
      found.push(group);
      continue;
    }
    const grandparent = tree.parents[group.above];
    if (grandparent === -1 || group.above >= tree.trace.spanCount) continue;
    const between = ids[group.above];
    for (const row of group.rows) {
      const call = namesAndCalls.idOf(pairKey(between, evidence.signatures.of(row)));
      addTo(byGrandparent, pairKey(grandparent, call), grandparent, row);
    }
  }
  found.push(...[...byGrandparent.values()].filter((group) => isRepeated(tree, group)));
  return merged(evidence, found).map((groups) => describe3(evidence, groups));
}
function addTo(groups, key, above, row) {
  const group = groups.get(key);
  if (group === void 0) groups.set(key, { above, rows: [row] });
  else group.rows.push(row);
}
function isRepeated(tree, { above, rows }) {
  return rows.length > 0 && longestSequence(tree, rows, toleranceOf(tree, above)) >= MIN_CALLS2;
}
function longestSequence(tree, rows, tolerance) {
  const byEnd = rows.toSorted((a, b) => tree.ends[a] - tree.ends[b]);
  let count = 0;
  let lastEnd = -Infinity;
  for (const row of byEnd) {
    if (tree.starts[row] < lastEnd - tolerance) continue;
    count += callsOf(tree, row);
    lastEnd = tree.ends[row];
  }
  return count;
}
function callsOf({ trace }, row) {
  return numberOf(trace, row, Fact.FOLDED_COUNT) ?? 1;
}
function merged({ analysis, signatures }, groups) {
  const { services, names } = analysis.tree.trace;
  const same = /* @__PURE__ */ new Map();
  for (const group of groups) {
    const signature = signatures.of(group.rows[0]);
    const key = `${services[group.above]} ${names[group.above]} ${signature}`;
    const others = same.get(key);
    if (others === void 0) same.set(key, [group]);
    else others.push(group);
  }
  return [...same.values()];
}
function describe3(evidence, groups) {
  const { tree } = evidence.analysis;
  const rows = groups.flatMap((group) => group.rows);
  const callCount2 = rows.reduce((sum, row) => sum + callsOf(tree, row), 0);
  const { above } = groups[0];
  const times = groups.length === 1 ? "" : `${counted(groups.length, "call")} of `;
  const pathNanos = evidence.pathOf(rows);
  const part = pathNanos === 0 ? "" : `: ${formatPart(pathNanos, durationOf(tree, tree.mainRoot))}`;
  return {
    kind: "repeated-call",
    text: `${callCount2.toLocaleString("en-US")} \xD7 ${placeOf(tree, rows[0])}, one after another below ${times}${placeOf(tree, above)}${part}`,
    how: `At least ${MIN_CALLS2} equal calls, each after the one before, below one span or its children of one name`,
    rows,
    pathNanos
  };
}

// lib/viewer/analysis/findings/retries.ts
function retriedCalls(evidence) {
  const { analysis, signatures, clientRows } = evidence;
  const { tree } = analysis;
  const callOf = (row) => pairKey(tree.parents[row] + 1, signatures.of(row));
  const failedCalls = new Set(clientRows.filter((row) => isFailed(tree, row)).map(callOf));
  const groups = /* @__PURE__ */ new Map();
  for (const row of clientRows) {
    if (failedCalls.size === 0 || !failedCalls.has(callOf(row))) continue;
    const key = pairKey(tree.parents[row] + 1, signatures.identityOf(row));
    const rows = groups.get(key);
    if (rows === void 0) groups.set(key, [row]);
    else rows.push(row);
  }
  const findings = [];
  for (const rows of groups.values()) {
    const tries = triesOf(tree, rows);
    if (tries.length < 2) continue;
    const failures = tries.filter((row) => isFailed(tree, row));
    const last = tries.at(-1);
    const end = isFailed(tree, last) ? "and failed each time" : "and succeeded in the end";
    const error = errorOf(tree, failures.at(-1));
    findings.push({
      kind: "retried",
      text: `${placeOf(tree, last)} was tried ${counted(tries.length, "time")} ${end}${error === void 0 ? "" : `: ${error}`}`,
      how: "A failed call, and after it the same call with the same values below the same span",
      rows: tries,
      pathNanos: evidence.pathOf(failures)
    });
  }
  return findings;
}
function triesOf(tree, rows) {
  const tries = [];
  for (const row of rows) {
    const last = tries.at(-1);
    const isNext = last === void 0 || isFailed(tree, last) && tree.starts[row] >= tree.ends[last];
    if (isNext) tries.push(row);
  }
  return isFailed(tree, tries[0]) ? tries : [];
}
var TIMEOUT_ANSWERS = /* @__PURE__ */ new Set(["DEADLINE_EXCEEDED", "408", "504"]);
var TIMEOUT_TEXT = /time[d-]?\s?-?out|deadline|ETIMEDOUT|ESOCKETTIMEDOUT/i;
var TIMEOUT_CODES = /* @__PURE__ */ new Set(["57014", "3024"]);
function timeouts({ analysis, pathBelow }) {
  const { tree } = analysis;
  const groups = /* @__PURE__ */ new Map();
  for (const row of tree.preOrder) {
    if (!isTimeout(tree, row) || hasTimeoutBelow(tree, row)) continue;
    const key = `${tree.trace.services[row]} ${tree.trace.names[row]}`;
    const rows = groups.get(key);
    if (rows === void 0) groups.set(key, [row]);
    else rows.push(row);
  }
  return [...groups.values()].map((rows) => {
    const longest = rows.reduce((most, row) => Math.max(most, durationOf(tree, row)), 0);
    const first = rows[0];
    const times = rows.length === 1 ? "" : ` ${counted(rows.length, "time")}`;
    return {
      kind: "timed-out",
      text: `${placeOf(tree, first)} timed out${times} after ${formatNanos(longest)}`,
      how: "A status or an error that says that a deadline was exceeded, and no such span below it",
      rows,
      pathNanos: rows.reduce((sum, row) => sum + pathBelow[row], 0)
    };
  });
}
function isTimeout(tree, row) {
  if (isMissing(tree, row)) return false;
  const { trace } = tree;
  const hasError = isFailed(tree, row) || trace.facts.valueOf(row, Fact.ERROR_TYPE) !== NO_FACT;
  const answer = answerOf(tree, row);
  if (answer !== void 0 && TIMEOUT_ANSWERS.has(answer)) return true;
  if (!hasError) return false;
  const code = textOf(trace, row, Fact.DB_STATUS);
  if (code !== void 0 && TIMEOUT_CODES.has(code)) return true;
  return [Fact.ERROR_TYPE, Fact.EXCEPTION_TYPE, Fact.EXCEPTION_MESSAGE, Fact.STATUS_MESSAGE].some(
    (fact) => TIMEOUT_TEXT.test(textOf(trace, row, fact) ?? "")
  );
}
function hasTimeoutBelow(tree, row) {
  const children = tree.children.subarray(tree.childOffsets[row], tree.childOffsets[row + 1]);
  return children.some((child) => isTimeout(tree, child));
}
function handledFailures({ analysis }) {
  return failuresOf(analysis).filter(({ kind }) => kind === "handled").map(({ text, rows }) => ({
    kind: "handled",
    text,
    how: "A failed span below spans that have not failed",
    rows,
    pathNanos: 0
  }));
}

// lib/viewer/analysis/compare.ts
function compareTraces(a, b) {
  const roots = [];
  const nodes = [];
  const pending = [];
  const add = (pair, parent) => {
    const node2 = newNode2(pair, parent);
    (parent?.children ?? roots).push(node2);
    nodes.push(node2);
    pending.push(node2);
  };
  const [rootA, ...otherA] = a.roots;
  const [rootB, ...otherB] = b.roots;
  if (rootA !== void 0 || rootB !== void 0) add([rootA, rootB], void 0);
  for (const pair of align(otherA, otherB)) add(pair, void 0);
  for (let node2 = pending.pop(); node2 !== void 0; node2 = pending.pop()) {
    for (const pair of align(node2.a?.children ?? [], node2.b?.children ?? [])) add(pair, node2);
  }
  const byDifference = nodes.toSorted(
    (x, y) => Math.abs(y.pathDelta) - Math.abs(x.pathDelta) || order(x) - order(y)
  );
  return { roots, byDifference };
}
function newNode2([a, b], parent) {
  const delta = (key) => (b?.[key] ?? 0) - (a?.[key] ?? 0);
  return {
    a,
    b,
    parent,
    children: [],
    pathDelta: delta("pathNanos"),
    pathTotalDelta: delta("pathTotalNanos"),
    callDelta: delta("callCount"),
    failedDelta: delta("failedCount")
  };
}
function order({ a, b }) {
  return a?.index ?? 1e9 + (b?.index ?? 0);
}
var LIKENESSES = [
  ({ service, name, kind }) => JSON.stringify([service, name, kind]),
  ({ name }) => name,
  ({ name }) => name.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{16,}\b|\d+/gi, "#")
];
function align(a, b) {
  const partners = /* @__PURE__ */ new Map();
  const taken = /* @__PURE__ */ new Set();
  for (const likeness of LIKENESSES) {
    const open = /* @__PURE__ */ new Map();
    for (const node2 of b) {
      if (taken.has(node2)) continue;
      const key = likeness(node2);
      const nodes = open.get(key);
      if (nodes === void 0) open.set(key, [node2]);
      else nodes.push(node2);
    }
    for (const nodes of open.values()) nodes.reverse();
    for (const node2 of a) {
      const partner = partners.has(node2) ? void 0 : open.get(likeness(node2))?.pop();
      if (partner === void 0) continue;
      partners.set(node2, partner);
      taken.add(partner);
    }
  }
  return [
    ...a.map((node2) => [node2, partners.get(node2)]),
    ...b.filter((node2) => !taken.has(node2)).map((node2) => [void 0, node2])
  ];
}

// lib/viewer/analysis/findings/slower-than-usual.ts
var MIN_SAMPLES = 8;
var MIN_FACTOR = 3;
function slowerThanUsual(evidence) {
  const { analysis, context } = evidence;
  const { tree } = analysis;
  const { usual } = context;
  const root = tree.mainRoot;
  if (usual === void 0 || usual.sampleCount < MIN_SAMPLES || root === -1) return [];
  const duration = durationOf(tree, root);
  if (isRowRunning(tree, root) || duration <= usual.medianNanos * MIN_FACTOR) return [];
  const most = usual.medianTrace === void 0 ? void 0 : compareTraces(usual.medianTrace, evidence.flame).byDifference.find(
    ({ b, pathDelta }) => b !== void 0 && pathDelta > 0
  );
  const difference = most?.b === void 0 ? "" : `, mostly by ${formatNanos(most.pathDelta)} more in ${lineOf(callPathOf(most.b))}`;
  const nodeOfRow = evidence.flame.nodeOfRow;
  const rows = most?.b === void 0 ? [root] : rowsOfNode(nodeOfRow, most.b.index);
  return [
    {
      kind: "slower-than-usual",
      text: `${placeOf(tree, root)} took ${formatNanos(duration)}, usually ${formatNanos(usual.medianNanos)}${difference}`,
      how: `More than ${MIN_FACTOR} times the median of at least ${MIN_SAMPLES} traces of the same service and name`,
      rows,
      pathNanos: most?.pathDelta ?? 0
    }
  ];
}
function rowsOfNode(nodeOfRow, node2) {
  const rows = [];
  nodeOfRow.forEach((other, row) => {
    if (other === node2) rows.push(row);
  });
  return rows;
}

// lib/viewer/analysis/findings/findings.ts
var RULES = [
  openSpans,
  slowerThanUsual,
  timeouts,
  retriedCalls,
  repeatedCalls,
  couldRunTogether,
  askedTwice,
  handledFailures,
  lostContext,
  parentProblems,
  differentClocks
];
function findingsOf(analysis, context = {}) {
  return find(RULES, analysis, context);
}
function contextFindingsOf(analysis, context) {
  return find([slowerThanUsual, lostContext], analysis, context);
}
function find(rules, analysis, context) {
  if (analysis.tree.mainRoot === -1) return [];
  const evidence = new Evidence(analysis, context);
  return rules.flatMap((rule) => rule(evidence)).sort((a, b) => b.pathNanos - a.pathNanos);
}

// lib/viewer/server/trace-contexts.ts
var FRESH_MILLIS = 1e3;
var MAX_MEDIAN_SPANS = 2e4;
var NANOS_PER_MILLI = 1e6;
var MAX_REQUESTS = 2;
var TraceContexts = class {
  #store;
  /** By the oldest trace of the group, which is the same for all of them. */
  #groups = /* @__PURE__ */ new WeakMap();
  #flames = /* @__PURE__ */ new WeakMap();
  #times;
  constructor(store2) {
    this.#store = store2;
  }
  /** The context for the findings of a trace. */
  of(entry) {
    const usual = this.usual(entry);
    return {
      ...usual === void 0 ? {} : { usual: this.#withFlame(usual) },
      requestsAt: (process2, epochNanos) => this.#requestsAt(process2, epochNanos, entry)
    };
  }
  /** What is known of a trace by others. */
  json(entry, analysis) {
    const usual = this.usual(entry);
    const findings = contextFindingsOf(analysis, this.of(entry));
    return usual === void 0 ? { findings } : { findings, usual };
  }
  /** The durations of the other traces with the same service and name; undefined if there are none. */
  usual(entry) {
    const { entries, nanos } = this.#durationsOf(entry);
    const own = entries.indexOf(entry);
    const sampleCount = entries.length - (own === -1 ? 0 : 1);
    if (sampleCount === 0) return void 0;
    const middle = Math.floor((sampleCount - 1) / 2);
    const index = own !== -1 && middle >= own ? middle + 1 : middle;
    const median = entries[index];
    return { sampleCount, medianNanos: nanos[index], medianTraceId: median.id };
  }
  /** The tree of the median trace is costly, and is read only if the trace is slow. */
  #withFlame({ sampleCount, medianNanos, medianTraceId }) {
    const flameOf = () => this.#flameOf(medianTraceId);
    return {
      sampleCount,
      medianNanos,
      get medianTrace() {
        return flameOf();
      }
    };
  }
  #flameOf(traceId) {
    const entry = this.#store.get(traceId);
    if (entry === void 0 || entry.spanCount > MAX_MEDIAN_SPANS) return void 0;
    const known = this.#flames.get(entry);
    if (known?.revision === entry.revision) return known.flame;
    const flame = flameTreeOf(analyse(entry.columns()));
    this.#flames.set(entry, { revision: entry.revision, flame });
    return flame;
  }
  #durationsOf(entry) {
    const group = this.#store.groupOf(entry);
    const [oldest = entry] = group;
    const readMillis = this.#store.nowMillis;
    const known = this.#groups.get(oldest);
    if (known !== void 0 && this.#isFresh(known, readMillis)) return known;
    const ended = [];
    for (const each of group) {
      const { mainRow, hasRoot } = each.outline();
      const nanos = hasRoot ? each.durationOf(mainRow) : Number.NaN;
      if (!Number.isNaN(nanos)) ended.push({ entry: each, nanos });
    }
    ended.sort((a, b) => a.nanos - b.nanos);
    const durations = {
      readMillis,
      entries: ended.map((each) => each.entry),
      nanos: ended.map((each) => each.nanos)
    };
    this.#groups.set(oldest, durations);
    return durations;
  }
  #requestsAt(process2, epochNanos, asking) {
    const { entries, starts, ends } = this.#timesOfTraces();
    const requests = [];
    const millis = Number(epochNanos / 1000n) / 1e3;
    for (let i = 0; i < entries.length; i++) {
      if (starts[i] > millis || ends[i] < millis) continue;
      const entry = entries[i];
      if (entry === asking || this.#store.get(entry.id) !== entry) continue;
      const row = requestRowAt(entry, process2, epochNanos);
      if (row === -1) continue;
      requests.push({ traceId: entry.id, name: nameOf(entry.columns(), row) });
      if (requests.length === MAX_REQUESTS) break;
    }
    return requests;
  }
  #timesOfTraces() {
    const readMillis = this.#store.nowMillis;
    if (this.#times !== void 0 && this.#isFresh(this.#times, readMillis)) return this.#times;
    const entries = [...this.#store.entries()];
    const starts = new Float64Array(entries.length);
    const ends = new Float64Array(entries.length);
    entries.forEach((entry, i) => {
      const { start, end } = entry.outline();
      const base = Number(entry.base / 1000n) / 1e3;
      starts[i] = base + start / NANOS_PER_MILLI - 1;
      ends[i] = base + end / NANOS_PER_MILLI + 1;
    });
    this.#times = { readMillis, entries, starts, ends };
    return this.#times;
  }
  #isFresh(known, nowMillis) {
    return nowMillis - known.readMillis < FRESH_MILLIS;
  }
};
function requestRowAt(entry, process2, epochNanos) {
  const { spanCount, kinds, starts, ends, resources, resourceTable } = entry.columns();
  const at = Number(epochNanos - entry.base);
  for (let row = 0; row < spanCount; row++) {
    const kind = kinds[row];
    if (kind !== SpanKind.SERVER && kind !== SpanKind.CONSUMER) continue;
    const isBefore = starts[row] > at;
    const isAfter = ends[row] < at;
    if (isBefore || isAfter) continue;
    if (isSameProcess(resourceTable[resources[row]], process2)) return row;
  }
  return -1;
}
function isSameProcess(a, b) {
  return a !== void 0 && a.service === b.service && a.instanceId === b.instanceId && a.processId === b.processId && a.hostId === b.hostId && a.hostName === b.hostName;
}

// lib/viewer/server/columns-json.ts
import { endianness } from "node:os";

// lib/viewer/api/columns-json.ts
var COLUMN_NAMES = [
  "spanIds",
  "parentIds",
  "starts",
  "ends",
  "parents",
  "names",
  "services",
  "resources",
  "kinds",
  "statuses",
  "flags"
];

// lib/viewer/server/columns-json.ts
function columnsToJson(trace) {
  const { facts } = trace;
  const columns = COLUMN_NAMES.map((name) => [name, base64(trace[name])]);
  return {
    traceId: trace.traceId,
    spanCount: trace.spanCount,
    base: String(trace.base),
    strings: trace.strings,
    resourceTable: trace.resourceTable,
    columns: Object.fromEntries(columns),
    facts: {
      offsets: base64(facts.offsets),
      facts: base64(facts.facts),
      values: base64(facts.values)
    },
    links: trace.links.map(({ row, traceId, spanId }) => ({
      row,
      traceId,
      spanId: hexOfSpanId(spanId)
    }))
  };
}
function base64(column) {
  const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength);
  if (endianness() === "LE" || column.BYTES_PER_ELEMENT === 1) return bytes.toString("base64");
  const swapped = Buffer.from(bytes);
  return (column.BYTES_PER_ELEMENT === 4 ? swapped.swap32() : swapped.swap64()).toString("base64");
}

// lib/viewer/server/logs-json.ts
function logsToJson(logs) {
  return logs.map(({ timeNanos, body, attributes, resource: resource2, scope: scope2, ...log }) => ({
    ...log,
    timeNanos: String(timeNanos),
    body: jsonOf(body),
    attributes: jsonOf(attributes),
    service: String(resource2.attributes["service.name"] ?? ""),
    scope: scope2.name
  }));
}
function jsonOf(value) {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(jsonOf);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonOf(member)]));
}

// lib/viewer/server/trace-json.ts
function traceToJson(entry, store2, headlines) {
  return {
    row: rowOfTrace(entry, store2, (settled) => headlines.headlineOf(settled)),
    ...columnsToJson(entry.columns()),
    logs: logsToJson(store2.logs.ofTrace(entry.id))
  };
}
function savedTraceText(entry, { store: store2, headlines }, contexts, savedMillis) {
  const known = {
    trace: traceToJson(entry, store2, headlines),
    context: contexts.json(entry, analyse(entry.columns())),
    savedMillis,
    version: VERSION
  };
  const otlp = protobufToJson(requestOfTrace(entry), TRACE_REQUEST);
  return `${JSON.stringify(known).slice(0, -1)},"otlp":${otlp}}`;
}

// lib/viewer/server/trace-list.ts
import { setImmediate as setImmediate3 } from "node:timers/promises";

// lib/viewer/query/fields.ts
var FINDING_WORDS = {
  "n+1": "repeated-call",
  twice: "asked-twice",
  together: "could-run-together",
  retried: "retried",
  timeout: "timed-out",
  handled: "handled",
  slow: "slower-than-usual",
  "context-lost": "context-lost",
  "parents-missing": "parents-missing",
  "never-ended": "never-ended",
  "process-gone": "process-gone",
  circle: "parent-circle",
  clocks: "clocks-differ"
};
var FIELDS = [
  { key: "service", type: "text", isOfTrace: false, help: "the service of the span" },
  { key: "name", type: "text", isOfTrace: false, help: "the name of the span" },
  {
    key: "kind",
    type: "choice",
    isOfTrace: false,
    choices: ["internal", "server", "client", "producer", "consumer", "unspecified"],
    help: "the kind of the span"
  },
  {
    key: "status",
    type: "choice",
    isOfTrace: false,
    choices: ["unset", "ok", "error"],
    help: "the status of the span"
  },
  { key: "duration", type: "duration", isOfTrace: false, help: "the time from start to end" },
  { key: "id", type: "text", isOfTrace: false, help: "the id of the span" },
  { key: "parent", type: "text", isOfTrace: false, help: "the id of the parent" },
  { key: "message", type: "text", isOfTrace: false, help: "the messages of status and exception" },
  {
    key: "is",
    type: "choice",
    isOfTrace: false,
    choices: ["running", "root", "failed", "orphan"],
    help: "a state of the span"
  },
  {
    key: "has",
    type: "choice",
    isOfTrace: false,
    choices: ["logs", "exception", "links"],
    help: "what the span has"
  },
  { key: "trace", type: "text", isOfTrace: true, help: "the id of the trace" },
  { key: "trace.duration", type: "duration", isOfTrace: true, help: "the duration of the root" },
  { key: "trace.spans", type: "number", isOfTrace: true, help: "the number of spans" },
  { key: "trace.services", type: "number", isOfTrace: true, help: "the number of services" },
  { key: "trace.failed", type: "number", isOfTrace: true, help: "the number of failed spans" },
  { key: "root", type: "text", isOfTrace: true, help: "the name of the root" },
  {
    key: "find",
    type: "choice",
    isOfTrace: true,
    choices: Object.keys(FINDING_WORDS),
    help: "a finding of the trace"
  },
  {
    key: "edge",
    type: "text",
    isOfTrace: true,
    help: "a call between services: orders->inventory"
  },
  {
    key: "edge.failed",
    type: "text",
    isOfTrace: true,
    help: "a failed call between services: orders->inventory"
  },
  { key: "run", type: "number", isOfTrace: true, help: "the start of the application" }
];
var SEARCH_FIELDS = new Map(
  FIELDS.map((field2) => [field2.key, field2])
);

// lib/viewer/query/tokens.ts
var OPERATORS = [":", "=", "!=", "<", ">", "<=", ">=", "~"];
var QuerySyntaxError = class extends Error {
  constructor(error) {
    super(error.message);
    this.error = error;
  }
  error;
};
var BRACKETS = "(){}";
var KEY_END = /[\s:=<>~"(){}]/;
var VALUE_END = /[\s"(){}]/;
function tokensOf(query) {
  const tokens = [];
  let at = 0;
  while (at < query.length) {
    const character = query[at];
    if (/\s/.test(character)) {
      at++;
    } else if (BRACKETS.includes(character)) {
      const type = character;
      tokens.push({ type, text: character, from: at, to: at + 1 });
      at++;
    } else if (character === "-" && /[^\s]/.test(query[at + 1] ?? " ")) {
      tokens.push({ type: "not", text: "-", from: at, to: at + 1 });
      at++;
    } else {
      const token = wordOrTerm(query, at);
      tokens.push(token);
      at = token.to;
    }
  }
  return tokens;
}
function wordOrTerm(query, from) {
  const key = query[from] === '"' ? quoted(query, from) : bare(query, from, KEY_END);
  const operator = operatorAt(query, key.to);
  const isUrl = operator?.text === ":" && query.startsWith("//", operator.to);
  if (operator === void 0 || key.text === "" || isUrl) {
    return key.isQuoted ? { type: "word", ...key } : wordAt(query, from);
  }
  const valueFrom = skipBlanks(query, operator.to);
  const value = query[valueFrom] === '"' ? quoted(query, valueFrom) : bare(query, valueFrom, VALUE_END);
  const end = value.text === "" && !value.isQuoted ? operator.to : value.to;
  return {
    type: "term",
    text: query.slice(from, end),
    from,
    to: end,
    key,
    operator: operator.text,
    value: end === operator.to ? { ...value, from: end, to: end } : value
  };
}
var KEYWORDS = {
  OR: "or",
  AND: "and",
  NOT: "not"
};
function wordAt(query, from) {
  const word = bare(query, from, VALUE_END);
  const keyword = Object.hasOwn(KEYWORDS, word.text) ? KEYWORDS[word.text] : void 0;
  if (keyword === void 0) return { type: "word", ...word };
  const { text, to } = word;
  return { type: keyword, text, from, to };
}
function operatorAt(query, from) {
  const at = skipBlanks(query, from);
  const text = [query.slice(at, at + 2), query.slice(at, at + 1)].find(
    (candidate) => OPERATORS.includes(candidate)
  );
  return text === void 0 ? void 0 : { text, from: at, to: at + text.length };
}
function bare(query, from, end) {
  let to = from;
  while (to < query.length && !end.test(query[to]) && !isNotEqual(query, to, end)) to++;
  return { text: query.slice(from, to), from, to, isQuoted: false };
}
function isNotEqual(query, at, end) {
  return end === KEY_END && query.startsWith("!=", at);
}
function quoted(query, from) {
  let text = "";
  for (let at = from + 1; at < query.length; at++) {
    const character = query[at];
    if (character === '"') return { text, from, to: at + 1, isQuoted: true };
    if (character === "\\" && at + 1 < query.length) text += query[++at];
    else text += character;
  }
  const message2 = "The text has no closing quotation mark";
  throw new QuerySyntaxError({ message: message2, column: from, length: query.length - from });
}
function skipBlanks(query, from) {
  let at = from;
  while (/\s/.test(query[at] ?? "")) at++;
  return at;
}

// lib/viewer/query/suggest.ts
var DEFAULT_LIMIT = 20;
function suggest(query, cursor, vocabulary, { limit = DEFAULT_LIMIT } = {}) {
  const token = tokenAt(query, cursor);
  if (token?.type === "term" && cursor >= token.value.from) {
    return suggestValues(token, vocabulary).slice(0, limit);
  }
  const key = token?.type === "term" ? token.key : token;
  const isKey = key !== void 0 && (token?.type === "term" || token?.type === "word");
  const from = isKey ? key.from : cursor;
  const to = isKey ? key.to : cursor;
  const written = query.slice(from, cursor);
  const suffix = token?.type === "term" ? "" : ":";
  const fields = [...SEARCH_FIELDS.values()].map(({ key: key2, type, help }) => ({
    name: key2,
    text: key2 + (type === "duration" && suffix !== "" ? ">" : suffix),
    count: void 0,
    help
  }));
  const attributes = [...vocabulary.keys()].filter(([name]) => !SEARCH_FIELDS.has(name)).map(([name, count]) => ({ name, text: quotedKey(name) + suffix, count, help: void 0 }));
  return ranked([...fields, ...attributes], written).slice(0, limit).map(({ text, count, help }) => ({ from, to, text, count, help }));
}
function suggestValues(token, vocabulary) {
  const { key, value } = token;
  const choices = SEARCH_FIELDS.get(key.text)?.choices;
  const counts = new Map(vocabulary.values(key.text));
  const names = choices ?? [...counts.keys()];
  const candidates = names.map((name) => ({
    name,
    text: quotedValue(name),
    count: counts.get(name) ?? (counts.size === 0 ? void 0 : 0),
    help: void 0
  }));
  return ranked(candidates, value.text).map(({ text, count, help }) => {
    return { from: value.from, to: value.to, text, count, help };
  });
}
function ranked(candidates, written) {
  const wanted = written.toLowerCase();
  const rankOf = ({ name }) => {
    const lower = name.toLowerCase();
    if (lower.startsWith(wanted)) return 0;
    return lower.split(/[._\s/-]/).some((part) => part.startsWith(wanted)) ? 1 : 2;
  };
  return candidates.filter(({ name }) => name.toLowerCase().includes(wanted)).map((candidate, index) => ({ candidate, index, rank: rankOf(candidate) })).sort(
    (a, b) => a.rank - b.rank || (b.candidate.count ?? Infinity) - (a.candidate.count ?? Infinity) || a.index - b.index
  ).map(({ candidate }) => candidate);
}
function tokenAt(query, cursor) {
  const before = query.slice(0, cursor);
  const tokens = tokensOrUndefined(query) ?? tokensOrUndefined(`${before}"`) ?? [];
  const token = tokens.findLast(({ from, to }) => from < cursor && cursor <= to);
  return token === void 0 || isBracket(token) ? void 0 : token;
}
function tokensOrUndefined(query) {
  try {
    return tokensOf(query);
  } catch (error) {
    if (error instanceof QuerySyntaxError) return void 0;
    throw error;
  }
}
function isBracket({ type }) {
  return type !== "word" && type !== "term";
}
function quotedValue(text) {
  return text !== "" && !/[\s"(){}\\]/.test(text) ? text : quotedText(text);
}
function quotedKey(text) {
  const isPlain = !/[\s"(){}\\]/.test(text) && !OPERATORS.some((operator) => text.includes(operator));
  return isPlain && !text.startsWith("-") ? text : quotedText(text);
}
function quotedText(text) {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

// lib/viewer/query/comparison.ts
function comparisonOf(term) {
  const { operator, value: wanted, number, pattern } = term;
  const wantedLower = wanted.toLowerCase();
  const isNumberField = term.field?.type === "number" || term.field?.type === "duration";
  const equals = (value) => String(value) === wanted || !Number.isNaN(number) && toNumber(value) === number;
  const single = (value) => {
    switch (operator) {
      case ":":
        return isNumberField ? equals(value) : String(value).toLowerCase().includes(wantedLower);
      case "=":
        return equals(value);
      case "<":
        return toNumber(value) < number;
      case ">":
        return toNumber(value) > number;
      case "<=":
        return toNumber(value) <= number;
      case ">=":
        return toNumber(value) >= number;
      default:
        return pattern.test(String(value).slice(0, MAX_TESTED_LENGTH));
    }
  };
  if (operator === "!=") {
    return (value) => Array.isArray(value) ? !value.some(equals) : !equals(value);
  }
  return (value) => Array.isArray(value) ? value.some(single) : single(value);
}
var MAX_TESTED_LENGTH = 1e4;
function toNumber(value) {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" && value !== "" ? Number(value) : NaN;
}

// lib/viewer/query/term-test.ts
function wordTest(text) {
  const wanted = text.toLowerCase();
  const isId2 = /^[0-9a-f]{4,32}$/.test(wanted);
  return ({ columns }, row) => {
    const { strings, names, services } = columns;
    const includes = (value) => value?.toLowerCase().includes(wanted) === true;
    if (includes(strings[names[row]]) || includes(strings[services[row]])) {
      return true;
    }
    if (isId2 && columns.traceId.startsWith(wanted)) return true;
    if (isId2 && hexOfSpanId(columns.spanIds[row]).startsWith(wanted)) return true;
    return messagesOf(columns, row).some(includes);
  };
}
function termTest(term) {
  const known = FIELD_TESTS[term.key];
  if (term.field !== void 0 && known !== void 0) {
    const test = known(term);
    return term.field.isOfTrace ? { ...test, test: oncePerTrace(test.test) } : test;
  }
  const compare = comparisonOf(term);
  const factKey = FACT_KEYS.get(term.key);
  return {
    test: (trace, row) => {
      if (factKey !== void 0) {
        const value2 = trace.columns.facts.valueOf(row, factKey.fact);
        if (value2 !== NO_FACT) {
          return compare(
            isTextFact(factKey.fact) ? trace.columns.strings[value2] : value2
          );
        }
      }
      const value = trace.attributeOf?.(row, term.key);
      return value !== void 0 && value !== null && compare(value);
    },
    cost: 2
  };
}
function oncePerTrace(test) {
  const results = /* @__PURE__ */ new WeakMap();
  return (trace, row) => {
    const result = results.get(trace) ?? test(trace, row);
    results.set(trace, result);
    return result;
  };
}
var KINDS = {
  unspecified: SpanKind.UNSPECIFIED,
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER
};
var STATUSES = {
  unset: SpanStatus.UNSET,
  ok: SpanStatus.OK,
  error: SpanStatus.ERROR
};
var STATES = {
  running: ({ columns }, row) => isRunning(columns, row),
  root: ({ columns }, row) => columns.parentIds[row] === 0n,
  failed: ({ columns }, row) => columns.statuses[row] === SpanStatus.ERROR,
  orphan: ({ columns }, row) => columns.parentIds[row] !== 0n && columns.parents[row] === -1
};
var POSSESSIONS = {
  logs: ({ hasLogs }, row) => hasLogs?.(row) === true,
  exception: ({ columns }, row) => columns.facts.valueOf(row, Fact.EXCEPTION_TYPE) !== NO_FACT
};
function hasLinks() {
  const known = /* @__PURE__ */ new WeakMap();
  return (trace, row) => {
    const rows = known.get(trace) ?? new Set(trace.columns.links.map((link2) => link2.row));
    known.set(trace, rows);
    return rows.has(row);
  };
}
function choice(words, column) {
  return ({ value, operator }) => {
    const wanted = words[value.toLowerCase()];
    const isWanted = operator !== "!=";
    return { test: ({ columns }, row) => columns[column][row] === wanted === isWanted, cost: 0 };
  };
}
function named(tests) {
  return ({ value, operator }) => {
    const wanted = tests[value.toLowerCase()];
    return { test: operator === "!=" ? (trace, row) => !wanted(trace, row) : wanted, cost: 0 };
  };
}
var MAX_KNOWN_TEXTS = 1e4;
function interned(column) {
  return (term) => {
    const compare = comparisonOf(term);
    const known = /* @__PURE__ */ new Map();
    const test = ({ columns }, row) => {
      const text = columns.strings[columns[column][row]];
      let result = known.get(text);
      if (result === void 0) {
        result = compare(text);
        if (known.size >= MAX_KNOWN_TEXTS) known.clear();
        known.set(text, result);
      }
      return result;
    };
    return { test, cost: 0 };
  };
}
function compared(read, cost = 0) {
  return (term) => {
    const compare = comparisonOf(term);
    return { test: (trace, row) => compare(read(trace, row)), cost };
  };
}
function edgeTest(isMeant) {
  return ({ value, operator }) => {
    const [from = "", to = ""] = value.toLowerCase().split("->");
    const isEqual = operator === "=" || operator === "!=";
    const fits = (label, wanted) => isEqual ? label.toLowerCase() === wanted : label.toLowerCase().includes(wanted);
    const isWanted = operator !== "!=";
    const test = ({ edges }) => (edges?.() ?? []).some(
      (edge) => isMeant(edge) && fits(edge.from, from) && fits(edge.to, to)
    ) === isWanted;
    return { test, cost: 3 };
  };
}
var FIELD_TESTS = {
  service: interned("services"),
  name: interned("names"),
  kind: choice(KINDS, "kinds"),
  status: choice(STATUSES, "statuses"),
  is: named(STATES),
  has: (term) => named({ ...POSSESSIONS, links: hasLinks() })(term),
  duration: compared(durationOfRow),
  id: compared(({ columns }, row) => hexOfSpanId(columns.spanIds[row])),
  parent: compared(({ columns }, row) => hexOfSpanId(columns.parentIds[row])),
  message: compared(({ columns }, row) => messagesOf(columns, row), 1),
  trace: compared(({ columns }) => columns.traceId),
  "trace.duration": compared((trace) => durationOfRow(trace, trace.rootRow)),
  "trace.spans": compared(({ columns }) => columns.spanCount),
  "trace.services": compared(({ columns: { services, spanCount } }) => {
    return new Set(services.subarray(0, spanCount)).size;
  }, 1),
  "trace.failed": compared(({ columns: { statuses, spanCount } }) => {
    return statuses.subarray(0, spanCount).filter((status2) => status2 === SpanStatus.ERROR).length;
  }, 1),
  root: compared(({ columns, rootRow }) => columns.strings[columns.names[rootRow] ?? -1] ?? ""),
  run: compared(({ run }) => run ?? NaN),
  find: ({ value, operator }) => {
    const kind = FINDING_WORDS[value.toLowerCase()];
    const isWanted = operator !== "!=";
    return { test: ({ findings }) => findings?.().includes(kind) === true === isWanted, cost: 3 };
  },
  edge: edgeTest(() => true),
  "edge.failed": edgeTest(({ isFailed: isFailed2 }) => isFailed2)
};
function messagesOf(columns, row) {
  return [Fact.STATUS_MESSAGE, Fact.EXCEPTION_TYPE, Fact.EXCEPTION_MESSAGE].map((fact) => textOf(columns, row, fact)).filter((text) => text !== void 0);
}
function durationOfRow({ columns, nowNanos }, row) {
  const start = columns.starts[row] ?? NaN;
  const end = columns.ends[row] ?? NaN;
  return Math.max(0, (Number.isNaN(end) ? nowNanos : end) - start);
}

// lib/viewer/query/match.ts
function compileQuery(query) {
  const trace = traceTest(query);
  const row = rowTest(query);
  return { matches: trace.test, matchesRow: row.test };
}
function traceTest(node2) {
  if (!hasScope(node2)) return someRow(node2);
  switch (node2.type) {
    case "and": {
      const plain = node2.nodes.filter((child) => !hasScope(child));
      const scoped = node2.nodes.filter(hasScope).map(traceTest);
      const parts = plain.length === 0 ? scoped : [...scoped, someRow({ type: "and", nodes: plain })];
      return allOf(parts.sort((a, b) => a.cost - b.cost));
    }
    case "or": {
      const parts = node2.nodes.map(traceTest).sort((a, b) => a.cost - b.cost);
      return { test: (trace) => parts.some(({ test }) => test(trace)), cost: costOf(parts) };
    }
    case "not": {
      const { test, cost } = traceTest(node2.node);
      return { test: (trace) => !test(trace), cost };
    }
    case "scope":
      return someRow(node2.node);
    default:
      return someRow(node2);
  }
}
function allOf(parts) {
  return { test: (trace) => parts.every(({ test }) => test(trace)), cost: costOf(parts) };
}
function someRow(node2) {
  if (node2.type === "and" && node2.nodes.length === 0) return { test: () => true, cost: 0 };
  const { test, cost } = rowTest(node2);
  const matches = (trace) => {
    const { spanCount } = trace.columns;
    if (isOfTrace(node2)) return spanCount > 0 && test(trace, 0);
    for (let row = 0; row < spanCount; row++) if (test(trace, row)) return true;
    return false;
  };
  return { test: matches, cost };
}
function rowTest(node2) {
  switch (node2.type) {
    case "and": {
      const scopes = node2.nodes.filter(hasScope).map(rowTest);
      const plain = node2.nodes.filter((child) => !hasScope(child)).map(rowTest);
      plain.sort((a, b) => a.cost - b.cost);
      const test = (trace, row) => (plain.length > 0 || scopes.length === 0) && plain.every(({ test: test2 }) => test2(trace, row));
      if (scopes.length === 0) return { test, cost: costOf(plain) };
      return {
        test: (trace, row) => test(trace, row) || scopes.some((scope2) => scope2.test(trace, row)),
        cost: costOf([...plain, ...scopes])
      };
    }
    case "or": {
      const parts = node2.nodes.map(rowTest).sort((a, b) => a.cost - b.cost);
      return {
        test: (trace, row) => parts.some(({ test }) => test(trace, row)),
        cost: costOf(parts)
      };
    }
    case "not": {
      const { test, cost } = rowTest(node2.node);
      return { test: (trace, row) => !test(trace, row), cost };
    }
    case "scope":
      return rowTest(node2.node);
    case "text":
      return { test: wordTest(node2.text), cost: 1 };
    default:
      return termTest(node2);
  }
}
function hasScope(node2) {
  if (node2.type === "scope") return true;
  if (node2.type === "not") return hasScope(node2.node);
  return (node2.type === "and" || node2.type === "or") && node2.nodes.some(hasScope);
}
function isOfTrace(node2) {
  if (node2.type === "term") return node2.field?.isOfTrace === true;
  if (node2.type === "not" || node2.type === "scope") return isOfTrace(node2.node);
  return (node2.type === "and" || node2.type === "or") && node2.nodes.every(isOfTrace);
}
function costOf(parts) {
  return parts.reduce((most, { cost }) => Math.max(most, cost), 0);
}

// lib/viewer/query/parse.ts
var MAX_DEPTH2 = 50;
var MAX_LENGTH = 4e3;
var MAX_PATTERN_LENGTH = 200;
function parseQuery(text) {
  try {
    if (text.length > MAX_LENGTH) {
      fail(`A query has at most ${MAX_LENGTH} characters`, { from: MAX_LENGTH, to: text.length });
    }
    const parser = new Parser(tokensOf(text), text.length);
    return { query: parser.parse() };
  } catch (error) {
    if (error instanceof QuerySyntaxError) return { error: error.error };
    throw error;
  }
}
var Parser = class {
  #tokens;
  #end;
  #at = 0;
  #depth = 0;
  #isInScope = false;
  constructor(tokens, end) {
    this.#tokens = tokens;
    this.#end = end;
  }
  parse() {
    if (this.#tokens.length === 0) return { type: "and", nodes: [] };
    const node2 = this.#any();
    const rest = this.#peek();
    if (rest !== void 0) fail(`There is no bracket that this ${rest.text} closes`, rest);
    return node2;
  }
  #any() {
    const nodes = [this.#all()];
    while (this.#peek()?.type === "or") {
      this.#at++;
      nodes.push(this.#all());
    }
    return nodes.length === 1 ? nodes[0] : { type: "or", nodes };
  }
  #all() {
    const nodes = [];
    for (let token = this.#peek(); token !== void 0; token = this.#peek()) {
      if (token.type === "or" || token.type === ")" || token.type === "}") break;
      this.#at++;
      if (token.type !== "and") nodes.push(this.#condition(token));
    }
    if (nodes.length === 0) {
      const next = this.#peek() ?? { from: Math.max(0, this.#end - 1), to: this.#end };
      fail("A condition is missing here, such as service:orders", next);
    }
    return nodes.length === 1 ? nodes[0] : { type: "and", nodes };
  }
  #condition(token) {
    switch (token.type) {
      case "not": {
        const next = this.#peek();
        if (next === void 0) fail("What must not hold is missing behind this", token);
        this.#at++;
        return { type: "not", node: this.#nested(token, () => this.#condition(next)) };
      }
      case "(":
        return this.#nested(token, () => this.#closed(token, ")"));
      case "{": {
        if (this.#isInScope)
          fail("Braces stand for one span, so there are none within them", token);
        this.#isInScope = true;
        const node2 = this.#nested(token, () => this.#closed(token, "}"));
        this.#isInScope = false;
        return { type: "scope", node: node2 };
      }
      case "word":
        return { type: "text", text: token.text };
      case "term":
        return termOf(token);
      default:
        return fail(`A condition is missing before this ${token.text}`, token);
    }
  }
  #closed(open, close) {
    const node2 = this.#any();
    const token = this.#peek();
    if (token?.type !== close) fail(`This ${open.text} has no ${close}`, token ?? open);
    this.#at++;
    return node2;
  }
  #nested(token, read) {
    if (++this.#depth > MAX_DEPTH2)
      fail(`There are more than ${MAX_DEPTH2} brackets within each other`, token);
    const node2 = read();
    this.#depth--;
    return node2;
  }
  #peek() {
    return this.#tokens[this.#at];
  }
};
function termOf(token) {
  const { key, operator, value } = token;
  if (value.text === "" && !value.isQuoted) fail(`The value is missing behind ${operator}`, token);
  const field2 = SEARCH_FIELDS.get(key.text);
  if (field2 !== void 0) checkField(field2, token);
  const isOrder = operator.startsWith("<") || operator.startsWith(">");
  const number = field2?.type === "duration" ? durationOf2(value.text) : numberOf2(value.text);
  if (isOrder && Number.isNaN(number)) {
    const isDuration = !Number.isNaN(durationOf2(value.text));
    const message2 = isDuration ? "Only duration and trace.duration have units of time" : `${operator} needs a number`;
    fail(message2, value);
  }
  const pattern = operator === "~" ? patternOf(value) : void 0;
  return { type: "term", key: key.text, field: field2, operator, value: value.text, number, pattern };
}
var OPERATORS_OF_TYPES = {
  text: [":", "=", "!=", "~"],
  choice: [":", "=", "!="],
  number: [":", "=", "!=", "<", ">", "<=", ">="],
  duration: ["<", ">", "<=", ">=", "=", "!=", ":"]
};
function checkField(field2, { operator, value, key }) {
  const operators = OPERATORS_OF_TYPES[field2.type];
  if (!operators.includes(operator)) {
    fail(`${field2.key} can be compared with ${operators.join(" ")}`, {
      from: key.to,
      to: value.from
    });
  }
  const { choices = [] } = field2;
  if (field2.type === "choice" && !choices.includes(value.text.toLowerCase())) {
    fail(`${field2.key} is one of ${choices.join(", ")}`, value);
  }
  if (field2.type === "duration" && Number.isNaN(durationOf2(value.text))) {
    fail("A duration has a unit: ns, us, ms, s, m or h, as in 100ms", value);
  }
  if (field2.type === "number" && Number.isNaN(numberOf2(value.text))) {
    fail(`${field2.key} is a number`, value);
  }
  if (/^edge\b/.test(field2.key) && !/^.+->.+$/.test(value.text)) {
    fail("An edge has two ends, as in orders->inventory", value);
  }
}
function numberOf2(text) {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}
var UNITS = {
  ns: 1,
  us: 1e3,
  \u00B5s: 1e3,
  \u03BCs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  min: 6e10,
  h: 36e11
};
function durationOf2(text) {
  if (text === "0") return 0;
  const match = /^(\d+\.?\d*|\.\d+)\s*([a-zµμ]+)$/i.exec(text);
  const unit = match === null ? void 0 : UNITS[match[2].toLowerCase()];
  return unit === void 0 ? NaN : Number(match?.[1]) * unit;
}
function patternOf(value) {
  if (value.text.length > MAX_PATTERN_LENGTH) {
    fail(`A pattern has at most ${MAX_PATTERN_LENGTH} characters`, value);
  }
  if (repeatsRepetition(value.text)) {
    fail("A group that is repeated must not contain * + { or |: it could take forever", value);
  }
  try {
    return new RegExp(value.text, "iu");
  } catch {
    return fail("This is no regular expression of JavaScript", value);
  }
}
function repeatsRepetition(pattern) {
  const plain = pattern.replace(/\\[^\dk]/g, "_").replace(/\[[^\]]*\]/g, "_");
  if (/\\[\dk]/.test(plain)) return true;
  const variable = [];
  for (let at = 0; at < plain.length; at++) {
    const character = plain[at];
    if (character === "(") {
      variable.push(false);
    } else if (character === ")") {
      const isVariable = variable.pop() ?? false;
      const isRepeated2 = "*+{".includes(plain[at + 1] ?? " ");
      if (isVariable && isRepeated2) return true;
      if ((isVariable || isRepeated2) && variable.length > 0) variable[variable.length - 1] = true;
    } else if ("*+{|".includes(character) && variable.length > 0) {
      variable[variable.length - 1] = true;
    }
  }
  return false;
}
function fail(message2, { from, to }) {
  throw new QuerySyntaxError({ message: message2, column: from, length: Math.max(1, to - from) });
}

// lib/viewer/server/search-traces.ts
import { setImmediate } from "node:timers/promises";
var SLICE_MILLIS2 = 20;
async function searchTraces(entries, filter, limit, store2, isWanted = () => true) {
  const found = [];
  let sliceEnd = performance.now() + SLICE_MILLIS2;
  for (const entry of entries) {
    if (store2.get(entry.id) !== entry) continue;
    if (filter.matches(entry, store2)) {
      if (found.length === limit) return { found, hasMore: true };
      found.push(entry);
    }
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    if (!isWanted()) break;
    sliceEnd = performance.now() + SLICE_MILLIS2;
  }
  return { found, hasMore: false };
}
function searchedTrace(entry, store2, contexts = new TraceContexts(store2)) {
  const columns = entry.columns();
  const { mainRow, end } = entry.outline();
  let analysis;
  const analysed = () => {
    analysis ??= analyse(columns);
    return analysis;
  };
  let logged;
  let span2;
  return {
    columns,
    rootRow: mainRow,
    nowNanos: end,
    attributeOf: (row, key) => {
      if (span2?.row !== row) span2 = { row, record: entry.read(row) };
      return attributeOf(span2.record, key);
    },
    hasLogs: (row) => {
      logged ??= spansWithLogs(entry.id, store2);
      return logged.has(columns.spanIds[row]);
    },
    findings: () => findingsOf(analysed(), contexts.of(entry)).map(({ kind }) => kind),
    edges: () => store2.graph.callsOf(analysed().tree).map(({ from, to, error }) => ({
      from: from.label,
      to: to.label,
      isFailed: error !== void 0
    }))
  };
}
function attributeOf({ attributes, resource: resource2, events }, key) {
  const own = attributes?.[key] ?? resource2?.attributes[key];
  if (own !== void 0) return own;
  return events?.find((event2) => event2.attributes?.[key] !== void 0)?.attributes?.[key];
}
function spansWithLogs(traceId, store2) {
  return new Set(store2.logs.ofTrace(traceId).map(({ spanId }) => spanIdOfHex(spanId)));
}

// lib/viewer/server/list-filter.ts
var NANOS_PER_MILLI2 = 1e6;
function readListFilter(search) {
  const text = search.get("q") ?? "";
  const from = search.get("from");
  const to = search.get("to");
  for (const [name, value] of Object.entries({ from, to })) {
    if (value !== null && !/^\d{1,16}(\.\d+)?$/.test(value)) {
      return { problem: `${name} must be milliseconds since 1970.` };
    }
  }
  const parsed = parseQuery(text);
  if (parsed.error !== void 0) return { queryError: parsed.error };
  const query = compileQuery(parsed.query);
  const isEveryTrace = text.trim() === "";
  const startsFrom = from === null ? -Infinity : Number(from);
  const startsBefore2 = to === null ? Infinity : Number(to);
  let contexts;
  const hasTimes = startsFrom !== -Infinity || startsBefore2 !== Infinity;
  return {
    key: isEveryTrace && !hasTimes ? "" : JSON.stringify([text.trim(), startsFrom, startsBefore2]),
    matches: (entry, store2) => {
      if (hasTimes) {
        const startMillis = (Number(entry.base) + entry.outline().start) / NANOS_PER_MILLI2;
        if (!(startMillis >= startsFrom && startMillis < startsBefore2)) return false;
      }
      if (isEveryTrace) return true;
      contexts ??= new TraceContexts(store2);
      return query.matches(searchedTrace(entry, store2, contexts));
    }
  };
}

// lib/viewer/server/stored-vocabulary.ts
import { setImmediate as setImmediate2 } from "node:timers/promises";
var MAX_SPANS = 2e3;
var MAX_SPANS_OF_TRACE = 100;
var MAX_VALUES = 1e4;
var MAX_VALUE_LENGTH = 120;
var MIN_AGE_MILLIS = 2e3;
var SLICE_MILLIS3 = 20;
var StoredVocabulary = class {
  #store;
  #words;
  #reading;
  #revision = -1;
  #readAtMillis = 0;
  constructor(store2) {
    this.#store = store2;
  }
  /** The words as of now, or of two seconds ago while spans arrive. */
  async read() {
    const { revision, nowMillis } = this.#store;
    const isFresh = revision === this.#revision || nowMillis - this.#readAtMillis < MIN_AGE_MILLIS;
    if (this.#words !== void 0 && isFresh) return this.#words;
    this.#revision = revision;
    this.#readAtMillis = nowMillis;
    this.#reading ??= readWords(this.#store).finally(() => {
      this.#reading = void 0;
    });
    this.#words = await this.#reading;
    return this.#words;
  }
};
var Words = class {
  #attributes = /* @__PURE__ */ new Map();
  #fields = /* @__PURE__ */ new Map();
  #valueCount = 0;
  *keys() {
    for (const [key, { count }] of this.#attributes) yield [key, count];
  }
  values(key) {
    return this.#fields.get(key) ?? this.#attributes.get(key)?.values ?? [];
  }
  addSpan({ name, kind = 0, status: status2, attributes, resource: resource2, events }) {
    this.addField("name", name);
    this.addField("kind", kind === 0 ? "unspecified" : KIND_WORDS[kind] ?? "internal");
    this.addField("status", STATUS_WORDS[status2 ?? SpanStatus.UNSET] ?? "unset");
    this.addField("service", String(resource2?.attributes["service.name"] ?? ""));
    const seen = /* @__PURE__ */ new Set();
    for (const each of [attributes, resource2?.attributes, ...eventAttributes(events)]) {
      for (const [key, value] of Object.entries(each ?? {})) {
        if (seen.has(key)) continue;
        seen.add(key);
        this.#addAttribute(key, value);
      }
    }
  }
  addField(field2, value) {
    const values = this.#fields.get(field2) ?? /* @__PURE__ */ new Map();
    this.#fields.set(field2, values);
    if (value !== "") this.#addValue(values, value);
  }
  #addAttribute(key, value) {
    let attribute = this.#attributes.get(key);
    if (attribute === void 0) {
      if (key.length > MAX_VALUE_LENGTH || this.#valueCount >= MAX_VALUES) return;
      attribute = { count: 0, values: /* @__PURE__ */ new Map() };
      this.#attributes.set(key, attribute);
      this.#valueCount++;
    }
    attribute.count++;
    for (const each of Array.isArray(value) ? new Set(value) : [value]) {
      if (isWord(each)) this.#addValue(attribute.values, String(each));
    }
  }
  #addValue(values, value) {
    const count = values.get(value);
    if (count === void 0) {
      if (value.length > MAX_VALUE_LENGTH || this.#valueCount >= MAX_VALUES) return;
      this.#valueCount++;
    }
    values.set(value, (count ?? 0) + 1);
  }
};
var STATUS_WORDS = {
  [SpanStatus.UNSET]: "unset",
  [SpanStatus.OK]: "ok",
  [SpanStatus.ERROR]: "error"
};
function eventAttributes(events = []) {
  return events.map(({ attributes }) => attributes);
}
function isWord(value) {
  return ["string", "number", "bigint", "boolean"].includes(typeof value);
}
async function readWords(store2) {
  const words = new Words();
  let spanCount = 0;
  let sliceEnd = performance.now() + SLICE_MILLIS3;
  for (const entry of [...store2.entries()].reverse()) {
    if (spanCount >= MAX_SPANS) break;
    if (store2.get(entry.id) !== entry) continue;
    words.addField("root", entry.nameOf(entry.outline().mainRow));
    const count = Math.min(entry.spanCount, MAX_SPANS_OF_TRACE);
    for (let row = 0; row < count; row++) words.addSpan(entry.read(row));
    spanCount += count;
    if (performance.now() < sliceEnd) continue;
    await setImmediate2();
    sliceEnd = performance.now() + SLICE_MILLIS3;
  }
  return words;
}

// lib/viewer/server/trace-list.ts
var DEFAULT_LIMIT2 = 100;
var MAX_LIMIT = 500;
var SLICE_MILLIS4 = 20;
var TraceList = class {
  #parts;
  #vocabulary;
  constructor(parts) {
    this.#parts = parts;
    this.#vocabulary = new StoredVocabulary(parts.store);
  }
  /** `GET /api/traces`: a page of the list. */
  async list({ response, search }) {
    const { store: store2, answers, counts } = this.#parts;
    const order2 = search.get("sort") ?? "newest";
    const limit = Number(search.get("limit") ?? DEFAULT_LIMIT2);
    if (!TRACE_ORDERS.includes(order2)) {
      answers.text(response, 400, `sort must be one of ${TRACE_ORDERS.join(", ")}.
`);
      return;
    }
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      answers.text(response, 400, `limit must be a whole number from 1 to ${MAX_LIMIT}.
`);
      return;
    }
    const filter = this.filterOf({ response, search });
    if (filter === void 0) return;
    const { revision } = store2;
    const entries = orderedTraces(store2, order2);
    const after = search.get("after");
    const first = after === null ? 0 : entries.findIndex(({ id }) => id === after) + 1;
    const isWanted = () => !response.destroyed;
    const page = await searchTraces(entries.slice(first), filter, limit, store2, isWanted);
    const traces = await this.#rowsOf(page.found, isWanted);
    answers.json(response, 200, {
      traces,
      after: page.hasMore ? page.found.at(-1)?.id : void 0,
      revision,
      counts: counts()
    });
  }
  /** The filter of a request; undefined if it has a problem, which is answered. */
  filterOf({ response, search }) {
    const { answers } = this.#parts;
    const filter = readListFilter(search);
    if ("matches" in filter) return filter;
    if ("problem" in filter) answers.text(response, 400, `${filter.problem}
`);
    else answers.json(response, 400, { error: filter.queryError });
    return void 0;
  }
  /** `GET /api/suggest`: how to go on with a query. */
  async suggest({ response, search }) {
    const { answers } = this.#parts;
    const query = search.get("q") ?? "";
    const cursor = Number(search.get("at") ?? query.length);
    if (!Number.isInteger(cursor) || cursor < 0 || cursor > query.length) {
      answers.text(response, 400, "at must be a column of q, from 0 to its length.\n");
      return;
    }
    const vocabulary = await this.#vocabulary.read();
    answers.json(response, 200, { suggestions: suggest(query, cursor, vocabulary) });
  }
  /** Rows with their sentences. Traces that were dropped since they were found are left out. */
  async #rowsOf(found, isWanted) {
    const { store: store2, headlines } = this.#parts;
    const rows = [];
    let sliceEnd = performance.now() + SLICE_MILLIS4;
    for (const entry of found) {
      if (store2.get(entry.id) !== entry) continue;
      rows.push(rowOfTrace(entry, store2, (settled) => headlines.headlineOf(settled)));
      if (performance.now() < sliceEnd) continue;
      await setImmediate3();
      if (!isWanted()) break;
      sliceEnd = performance.now() + SLICE_MILLIS4;
    }
    return rows;
  }
};

// lib/viewer/analysis/span-id-index.ts
var NONE3 = -1;
var SpanIdIndex = class {
  #words;
  #heads;
  #mask;
  /** The next row with the same slot, for each row. */
  #next;
  /** @param count the number of ids to read from the start of `spanIds` */
  constructor(spanIds, count) {
    this.#words = wordsOf(spanIds, count);
    let slotCount = 16;
    while (slotCount < count * 2) slotCount *= 2;
    this.#mask = slotCount - 1;
    this.#heads = new Int32Array(slotCount).fill(NONE3);
    this.#next = new Int32Array(count);
    for (let row = count - 1; row >= 0; row--) {
      const slot = this.#slotOf(this.#words[2 * row], this.#words[2 * row + 1]);
      this.#next[row] = this.#heads[slot];
      this.#heads[slot] = row;
    }
  }
  /** @returns the first row with the id that stands at `position` in `ids`; -1 if there is none */
  firstOf(ids, position) {
    const low = ids[2 * position];
    const high = ids[2 * position + 1];
    return this.#find(this.#heads[this.#slotOf(low, high)], low, high);
  }
  /** @returns the next row with the id of a row; -1 if there is none */
  after(row) {
    const low = this.#words[2 * row];
    const high = this.#words[2 * row + 1];
    return this.#find(this.#next[row], low, high);
  }
  #find(from, low, high) {
    let row = from;
    while (row !== NONE3 && (this.#words[2 * row] !== low || this.#words[2 * row + 1] !== high)) {
      row = this.#next[row];
    }
    return row;
  }
  #slotOf(low, high) {
    const mixed = Math.imul(low ^ Math.imul(high, 2654435761), 2246822507);
    return (mixed ^ mixed >>> 15) & this.#mask;
  }
};
function wordsOf(ids, count) {
  return new Uint32Array(ids.buffer, ids.byteOffset, count * 2);
}

// lib/viewer/analysis/assembly.ts
var NONE4 = -1;
function assembleParents(columns) {
  const { spanCount } = columns;
  const index = new SpanIdIndex(columns.spanIds, spanCount);
  const spanWords = wordsOf(columns.spanIds, spanCount);
  const parentWords = wordsOf(columns.parentIds, spanCount);
  const parents = new Int32Array(spanCount).fill(NONE4);
  for (let row = 0; row < spanCount; row++) {
    const first = index.firstOf(spanWords, row);
    const isShared = index.after(first) !== NONE4;
    const caller = isShared ? callerWithSameId(columns, index, first, row) : NONE4;
    if (caller !== NONE4) {
      parents[row] = caller;
    } else if (parentWords[2 * row] !== 0 || parentWords[2 * row + 1] !== 0) {
      parents[row] = parentWithId(columns, index, index.firstOf(parentWords, row), row);
    }
  }
  return { parents, cutRows: cutCycles(columns, parents) };
}
function callerWithSameId({ kinds }, index, first, row) {
  const kind = kinds[row];
  if (kind !== SpanKind.SERVER && kind !== SpanKind.CONSUMER) return NONE4;
  const callerKind = kind === SpanKind.SERVER ? SpanKind.CLIENT : SpanKind.PRODUCER;
  for (let other = first; other !== NONE4; other = index.after(other)) {
    if (kinds[other] === callerKind) return other;
  }
  return NONE4;
}
function parentWithId({ kinds, services }, index, first, row) {
  if (first === NONE4 || index.after(first) === NONE4) return first;
  let best = NONE4;
  let bestRank = -1;
  for (let other = first; other !== NONE4; other = index.after(other)) {
    if (other === row) continue;
    const isReceiver = kinds[other] === SpanKind.SERVER || kinds[other] === SpanKind.CONSUMER;
    const rank = (services[other] === services[row] ? 2 : 0) + (isReceiver ? 1 : 0);
    if (rank > bestRank) {
      best = other;
      bestRank = rank;
    }
  }
  return best;
}
function cutCycles(columns, parents) {
  const cutRows = [];
  const seenBy = new Int32Array(columns.spanCount);
  for (let start = 0; start < columns.spanCount; start++) {
    const walk = start + 1;
    let row = start;
    while (row !== NONE4 && seenBy[row] === 0) {
      seenBy[row] = walk;
      row = parents[row];
    }
    if (row === NONE4 || seenBy[row] !== walk) continue;
    let earliest = row;
    for (let other = parents[row]; other !== row; other = parents[other]) {
      if (startsBefore(columns, other, earliest)) earliest = other;
    }
    parents[earliest] = NONE4;
    cutRows.push(earliest);
  }
  return cutRows;
}
function startsBefore({ starts, spanIds }, a, b) {
  const difference = starts[a] - starts[b];
  if (difference !== 0) return difference < 0;
  return spanIds[a] < spanIds[b];
}

// lib/viewer/analysis/columns-from-spans.ts
function traceResourceOf(attributes) {
  const textAt = (key) => {
    const value = attributes[key];
    return typeof value === "string" && value !== "" ? value : void 0;
  };
  const instanceId = textAt("service.instance.id");
  const hostId = textAt("host.id");
  const hostName = textAt("host.name");
  const processId = Number(attributes["process.pid"] ?? NaN);
  return {
    service: textAt("service.name") ?? "",
    ...instanceId === void 0 ? {} : { instanceId },
    ...hostId === void 0 ? {} : { hostId },
    ...hostName === void 0 ? {} : { hostName },
    ...Number.isInteger(processId) ? { processId } : {}
  };
}

// lib/viewer/analysis/graph-calls.ts
var CALLER = { id: "caller", type: "caller", label: "caller" };
function graphCallsOf(tree, options = {}) {
  const calls = [];
  const linked = linkedServices(tree, options);
  const answered = new Uint8Array(tree.rowCount);
  for (const row of tree.preOrder) {
    const kind = rowKind(tree, row);
    if (kind !== SpanKind.SERVER && kind !== SpanKind.CONSUMER) continue;
    const above = remoteAbove(tree, row);
    if (above !== -1 && hasCallKind(tree, above) && !isToItself(tree, row, above)) {
      answered[above] = 1;
    }
    const call = incomingCall(tree, row, above, linked.get(row));
    if (call !== void 0) calls.push(call);
  }
  if (options.isSettled === false) return calls;
  markCallsAround(tree, answered);
  for (const row of tree.preOrder) {
    if (!hasCallKind(tree, row)) continue;
    if (answered[row] !== 0 || isRowRunning(tree, row)) continue;
    const to = peerOf(tree, row);
    if (to !== void 0) calls.push(outgoingCall(tree, row, to));
  }
  return calls;
}
function remoteAbove(tree, row) {
  const { parents, trace } = tree;
  let above = parents[row];
  while (above !== -1 && !isMissing(tree, above)) {
    const kind = rowKind(tree, above);
    if (hasCallKind(tree, above) || trace.services[above] !== trace.services[row]) return above;
    if (kind !== SpanKind.INTERNAL && kind !== SpanKind.UNSPECIFIED) return -1;
    above = parents[above];
  }
  return -1;
}
function isToItself({ trace }, row, above) {
  return trace.kinds[row] === SpanKind.CONSUMER && trace.services[row] === trace.services[above];
}
function markCallsAround(tree, answered) {
  const { preOrder, parents, trace } = tree;
  const hasCall = new Uint8Array(tree.rowCount);
  for (let i = preOrder.length - 1; i >= 0; i--) {
    const row = preOrder[i];
    const kind = rowKind(tree, row);
    const isCall = hasCallKind(tree, row);
    if (isCall && hasCall[row] !== 0) answered[row] = 1;
    const parent = parents[row];
    if (parent === -1 || parent >= trace.spanCount) continue;
    const isInside = trace.services[parent] === trace.services[row];
    if (isInside && kind !== SpanKind.SERVER && kind !== SpanKind.CONSUMER) {
      if (isCall || hasCall[row] !== 0) hasCall[parent] = 1;
    }
  }
}
function incomingCall(tree, row, above, linkedService) {
  if (isRowRunning(tree, row)) return void 0;
  const isMessage = rowKind(tree, row) === SpanKind.CONSUMER;
  const to = serviceNode(rowService(tree, row));
  const hasParent = tree.parents[row] !== -1;
  let from;
  if (above !== -1 && !isToItself(tree, row, above)) {
    from = serviceNode(rowService(tree, above));
    if (from.id === to.id) return void 0;
  } else if (linkedService !== void 0) {
    from = serviceNode(linkedService);
  } else if (isMessage) {
    from = brokerOf(tree, row) ?? CALLER;
  } else if (!hasParent || isMissing(tree, tree.parents[row])) {
    from = CALLER;
  } else {
    return void 0;
  }
  const isCaller = above !== -1 && hasCallKind(tree, above) && !isRowRunning(tree, above);
  return {
    from,
    to,
    isMessage,
    startNanos: epochOf(tree, row),
    clientNanos: isCaller ? durationOf(tree, above) : NaN,
    serverNanos: durationOf(tree, row),
    betweenNanos: isCaller ? betweenOf(tree, above, row, isMessage) : NaN,
    error: labelOf(tree, row) ?? (isCaller && !isMessage ? labelOf(tree, above) : void 0)
  };
}
function betweenOf(tree, caller, row, isMessage) {
  const { starts, ends } = tree;
  const between = isMessage ? starts[row] - ends[caller] : durationOf(tree, caller) - durationOf(tree, row);
  return Math.max(0, between);
}
function outgoingCall(tree, row, to) {
  return {
    from: serviceNode(rowService(tree, row)),
    to,
    isMessage: rowKind(tree, row) === SpanKind.PRODUCER,
    startNanos: epochOf(tree, row),
    clientNanos: durationOf(tree, row),
    serverNanos: NaN,
    betweenNanos: NaN,
    error: labelOf(tree, row)
  };
}
function hasCallKind(tree, row) {
  const kind = rowKind(tree, row);
  return kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER;
}
function epochOf({ trace, starts }, row) {
  return trace.base + BigInt(Math.round(starts[row]));
}
function serviceNode(name) {
  return node("service", name === "" ? "(no name)" : name);
}
function node(type, text) {
  const label = lineOf(text);
  return { id: `${type} ${label}`, type, label };
}
function peerOf(tree, row) {
  const { trace } = tree;
  const service = textOf(trace, row, Fact.PEER_SERVICE);
  if (service !== void 0) return node("service", service);
  const database = textOf(trace, row, Fact.DB_SYSTEM);
  if (database !== void 0) {
    const namespace = textOf(trace, row, Fact.DB_NAMESPACE);
    return node("database", namespace === void 0 ? database : `${database}/${namespace}`);
  }
  const broker = brokerOf(tree, row);
  if (broker !== void 0) return broker;
  const address = textOf(trace, row, Fact.SERVER_ADDRESS);
  if (address === void 0) return void 0;
  const port2 = numberOf(trace, row, Fact.SERVER_PORT);
  return node("peer", port2 === void 0 ? address : `${address}:${port2}`);
}
function brokerOf({ trace }, row) {
  const system = textOf(trace, row, Fact.MESSAGING_SYSTEM);
  if (system === void 0) return void 0;
  const destination = textOf(trace, row, Fact.MESSAGING_DESTINATION);
  return node("messaging", destination === void 0 ? system : `${system}/${destination}`);
}
function labelOf(tree, row) {
  if (!isFailed(tree, row)) return void 0;
  if (isFailureAnswer(tree, row)) return answerOf(tree, row);
  const { trace } = tree;
  const type = textOf(trace, row, Fact.ERROR_TYPE) ?? textOf(trace, row, Fact.EXCEPTION_TYPE) ?? textOf(trace, row, Fact.DB_STATUS);
  return type === void 0 ? "error" : lineOf(type, 80);
}
function linkedServices(tree, { serviceOfSpan }) {
  const services = /* @__PURE__ */ new Map();
  if (serviceOfSpan === void 0) return services;
  for (const { row, traceId, spanId } of tree.trace.links) {
    if (services.has(row) || rowKind(tree, row) !== SpanKind.CONSUMER) continue;
    const service = serviceOfSpan(traceId, spanId);
    if (service !== void 0) services.set(row, service);
  }
  return services;
}

// lib/viewer/analysis/headline.ts
var MIN_PART2 = 0.3;
function headlineOf(analysis) {
  const running = runningSentence(analysis);
  const slow = slowSentence(analysis);
  return [
    ...failuresOf(analysis),
    ...running === void 0 ? [] : [running],
    ...slow === void 0 ? [] : [slow]
  ];
}
function slowSentence({ tree, path, selfNanos }) {
  if (tree.mainRoot === -1) return void 0;
  const { pathNanos } = path;
  const groups = /* @__PURE__ */ new Map();
  const { ids } = callIdsOf(tree);
  const seen = /* @__PURE__ */ new Set();
  for (const row of path.rows) {
    if (seen.has(row)) continue;
    seen.add(row);
    const key = ids[row];
    const group = groups.get(key) ?? { nanos: 0, rows: [] };
    group.nanos += pathNanos[row];
    group.rows.push(row);
    groups.set(key, group);
  }
  const [first] = [...groups.values()].sort((a, b) => b.nanos - a.nanos);
  const whole = durationOf(tree, tree.mainRoot);
  if (first === void 0 || first.nanos < whole * MIN_PART2) return void 0;
  if (seen.size === 1 && tree.rowCount === 1) return void 0;
  const count = callCount(tree, first.rows);
  const times = count === 1 ? "" : `, ${count.toLocaleString("en-US")} times one after another`;
  const text = `${formatPart(first.nanos, whole)}: ${subjectOf(tree, first.rows, selfNanos)}${times}`;
  return { kind: "slow", text, rows: first.rows };
}
function subjectOf(tree, rows, selfNanos) {
  const row = rows[0];
  const server2 = rows.map((other) => serverOf(tree, other)).find((found) => found !== void 0);
  if (server2 !== void 0) {
    const [from, to] = [rowService(tree, row), rowService(tree, server2)].map(
      (name) => lineOf(name)
    );
    return `on the way between ${from} and ${to}, ${lineOf(rowName(tree, row))}`;
  }
  const hasWaited = rows.some((other) => selfNanos[other] < durationOf(tree, other));
  return `${hasWaited ? "own or untraced time of " : ""}${placeOf(tree, row)}`;
}
function serverOf(tree, row) {
  if (rowKind(tree, row) !== SpanKind.CLIENT) return void 0;
  const children = tree.children.subarray(tree.childOffsets[row], tree.childOffsets[row + 1]);
  return children.find(
    (child) => rowKind(tree, child) === SpanKind.SERVER && tree.trace.services[child] !== tree.trace.services[row]
  );
}
function callCount({ trace }, rows) {
  return rows.reduce((sum, row) => {
    const folded = row < trace.spanCount ? numberOf(trace, row, Fact.FOLDED_COUNT) : void 0;
    return sum + (folded ?? 1);
  }, 0);
}
function runningSentence({ tree, path }) {
  const { mainRoot } = tree;
  if (mainRoot === -1 || isMissing(tree, mainRoot) || !isRowRunning(tree, mainRoot))
    return void 0;
  const row = path.rows.at(-1) ?? mainRoot;
  const whole = formatNanos(durationOf(tree, mainRoot));
  const since = formatNanos(durationOf(tree, row));
  const text = row === mainRoot ? `Running for ${whole}: ${placeOf(tree, row)}` : `Running for ${whole}, now in ${placeOf(tree, row)} for ${since}`;
  return { kind: "running", text, rows: [row] };
}

// lib/terminal-text.ts
var Style = { BOLD: "1", DIM: "2", RED: "31", YELLOW: "33", CYAN: "36" };
var paintAnsi = (style, text) => text === "" ? "" : `\x1B[${style}m${text}\x1B[0m`;
var paintNothing = (_style, text) => text;
function lengthOf(text) {
  let length = 0;
  for (const _character of text) length++;
  return length;
}
function clip(text, length) {
  if (lengthOf(text) <= length) return text;
  return length <= 0 ? "" : `${[...text].slice(0, length - 1).join("")}\u2026`;
}
function pad(text, length) {
  return text + " ".repeat(Math.max(0, length - lengthOf(text)));
}

// lib/viewer/formats/tree-lines.ts
var MAX_EQUAL_SIBLINGS = 20;
function treeLines(tree, maxLines) {
  const lines = [];
  const pending = [];
  const { ids } = callIdsOf(tree);
  pushLines(tree, tree.roots, void 0, ids, pending);
  for (let line = pending.pop(); line !== void 0; line = pending.pop()) {
    lines.push(line);
    if (lines.length >= maxLines) break;
    if (line.folded !== void 0) continue;
    const { childOffsets, children } = tree;
    const below = children.subarray(
      childOffsets[line.row],
      childOffsets[line.row + 1]
    );
    pushLines(tree, below, line, ids, pending);
  }
  return lines;
}
function pushLines(tree, siblings, parent, ids, pending) {
  const entries = foldEqual(tree, siblings, ids);
  for (let i = entries.length - 1; i >= 0; i--) {
    const rows = entries[i];
    const line = { row: rows[0], parent, isLast: i === entries.length - 1 };
    pending.push(rows.length === 1 ? line : { ...line, folded: measure(tree, rows) });
  }
}
function foldEqual(tree, siblings, ids) {
  const rows = Array.from(siblings);
  if (rows.length <= MAX_EQUAL_SIBLINGS) return rows.map((row) => [row]);
  const groups = /* @__PURE__ */ new Map();
  const entries = [];
  const groupsOfRows = rows.map((row) => {
    const key = isFailed(tree, row) ? -1 - row : ids[row];
    const group = groups.get(key) ?? [];
    if (group.length === 0) groups.set(key, group);
    group.push(row);
    return group;
  });
  groupsOfRows.forEach((group, i) => {
    const row = rows[i];
    if (group.length <= MAX_EQUAL_SIBLINGS) entries.push([row]);
    else if (group[0] === row) entries.push(group);
  });
  return entries;
}
function measure(tree, rows) {
  let leastNanos = Infinity;
  let mostNanos = 0;
  let sumNanos = 0;
  for (const row of rows) {
    const nanos = durationOf(tree, row);
    leastNanos = Math.min(leastNanos, nanos);
    mostNanos = Math.max(mostNanos, nanos);
    sumNanos += nanos;
  }
  return { rows, leastNanos, mostNanos, sumNanos };
}
var MAX_DRAWN_LEVELS = 20;
function branchOf(line) {
  if (line.parent === void 0) return "";
  return indentOf(line.parent) + (line.isLast ? "\u2514\u2500 " : "\u251C\u2500 ");
}
function indentOf(line) {
  let text = "";
  let level = line;
  for (let count = 0; level.parent !== void 0; level = level.parent) {
    if (++count > MAX_DRAWN_LEVELS) return `\u2026${text}`;
    text = (level.isLast ? "   " : "\u2502  ") + text;
  }
  return text;
}

// lib/viewer/formats/value-text.ts
function attributesLine(attributes) {
  return Object.keys(attributes).sort().map((key) => `${lineOf(key)}=${lineOf(valueText(attributes[key] ?? null))}`).join(" ");
}
function valueText(value) {
  if (typeof value === "string") return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return JSON.stringify(value, (_key, part) => {
    if (typeof part === "bigint") return String(part);
    return part instanceof Uint8Array ? `${part.length} bytes` : part;
  });
}

// lib/viewer/formats/tree-drawing.ts
var DEFAULT_WIDTH = 110;
var MIN_WIDTH = 80;
var MAX_SERVICE_WIDTH = 20;
var TIME_WIDTH = 9;
var MIN_BAR_WIDTH = 12;
var GAP = "  ";
var TreeDrawing = class {
  #analysis;
  #paint;
  #attributesOf;
  #titleWidth;
  #serviceWidth;
  #barWidth;
  /** The number of links of each row that has links. */
  #linkCounts = /* @__PURE__ */ new Map();
  /** The time of each row and all rows below it on the critical path. */
  #pathBelow;
  /** The segments of the path of each row that is on it, by their index. */
  #segments = /* @__PURE__ */ new Map();
  #from;
  #to;
  constructor(analysis, lines, paint, options) {
    this.#analysis = analysis;
    this.#paint = paint;
    this.#attributesOf = options.attributesOf ?? (() => void 0);
    const { tree, path } = analysis;
    for (const { row } of tree.trace.links) {
      this.#linkCounts.set(row, (this.#linkCounts.get(row) ?? 0) + 1);
    }
    this.#pathBelow = pathBelowOf(tree, path);
    path.rows.forEach((row, i) => {
      const segments = this.#segments.get(row);
      if (segments === void 0) this.#segments.set(row, [i]);
      else segments.push(i);
    });
    this.#from = tree.starts.reduce((least, start) => Math.min(least, start), Infinity);
    this.#to = tree.ends.reduce((most, end) => Math.max(most, end), -Infinity);
    const services = new Set(lines.map(({ row }) => lineOf(rowService(tree, row))));
    this.#serviceWidth = services.size < 2 ? 0 : Math.min(MAX_SERVICE_WIDTH, Math.max(...[...services].map(lengthOf)));
    const width = Math.max(MIN_WIDTH, options.width ?? DEFAULT_WIDTH);
    const serviceColumn = this.#serviceWidth === 0 ? 0 : this.#serviceWidth + GAP.length;
    const room = width - 2 * (TIME_WIDTH + GAP.length) - serviceColumn - GAP.length;
    const widest = lines.reduce(
      (most, line) => Math.max(most, lengthOf(branchOf(line)) + lengthOf(this.#titleOf(line))),
      0
    );
    this.#titleWidth = Math.min(widest, room - MIN_BAR_WIDTH);
    this.#barWidth = room - this.#titleWidth;
  }
  /** The names of the columns with times. */
  columnHeads() {
    const columns = [" ".repeat(this.#titleWidth)];
    if (this.#serviceWidth > 0) columns.push(" ".repeat(this.#serviceWidth));
    columns.push("total".padStart(TIME_WIDTH), "path".padStart(TIME_WIDTH));
    return this.#paint(Style.DIM, columns.join(GAP));
  }
  /** The line of a span, with its error and its attributes below. */
  textOf(line) {
    const { tree, path } = this.#analysis;
    const { row } = line;
    const rows = line.folded?.rows ?? [row];
    const pathNanos = rows.reduce((sum, other) => sum + path.pathNanos[other], 0);
    const columns = [
      this.#titleColumn(line),
      formatNanos(line.folded?.sumNanos ?? durationOf(tree, row)).padStart(TIME_WIDTH),
      (pathNanos === 0 ? "" : formatNanos(pathNanos)).padStart(TIME_WIDTH),
      this.#barOf(rows)
    ];
    if (this.#serviceWidth > 0) {
      const service = clip(lineOf(rowService(tree, row)), this.#serviceWidth);
      columns.splice(1, 0, this.#paint(Style.CYAN, pad(service, this.#serviceWidth)));
    }
    const texts = [columns.join(GAP).trimEnd()];
    if (line.folded !== void 0) return texts;
    const indent = this.#paint(Style.DIM, indentOf(line));
    const error = this.#newErrorOf(row);
    if (error !== void 0) texts.push(indent + this.#paint(Style.RED, `\u2717 ${error}`));
    const attributes = this.#attributesOf(row);
    if (attributes !== void 0 && Object.keys(attributes).length > 0) {
      texts.push(indent + this.#paint(Style.DIM, attributesLine(attributes)));
    }
    return texts;
  }
  #titleColumn(line) {
    const branch = clip(branchOf(line), this.#titleWidth - 1);
    const width = this.#titleWidth - lengthOf(branch);
    const title = pad(clip(this.#titleOf(line), width), width);
    const isRed = isFailed(this.#analysis.tree, line.row);
    return this.#paint(Style.DIM, branch) + (isRed ? this.#paint(Style.RED, title) : title);
  }
  #titleOf({ row, folded }) {
    const { tree } = this.#analysis;
    if (folded !== void 0) {
      const range = `${formatNanos(folded.leastNanos)} \u2013 ${formatNanos(folded.mostNanos)}`;
      return `${folded.rows.length} \xD7 ${titleOf(tree, row)}  ${range}`;
    }
    const linkCount = this.#linkCounts.get(row) ?? 0;
    return [
      titleOf(tree, row),
      isFailed(tree, row) ? "\u2717" : "",
      isRowRunning(tree, row) ? "(running)" : "",
      linkCount === 0 ? "" : `(${counted(linkCount, "link")})`
    ].filter((word) => word !== "").join(" ");
  }
  /** The error of a span, unless the spans that it came from say the same below. */
  #newErrorOf(row) {
    const { tree } = this.#analysis;
    const error = errorOf(tree, row);
    if (error === void 0 || error === answerOf(tree, row)) return void 0;
    const below = failureChain(this.#analysis, row).slice(1);
    if (below.some((other) => `: ${errorOf(tree, other)}`.endsWith(`: ${error}`))) return void 0;
    const code = codeOf(tree, row);
    return code === void 0 ? error : `${error} (${lineOf(shortPlace(code))})`;
  }
  #barOf(rows) {
    const { tree, path } = this.#analysis;
    const cells = new Array(this.#barWidth).fill(" ");
    for (const row of rows) {
      const mark = this.#pathBelow[row] > 0 ? "\u2588" : "\u2591";
      this.#fill(cells, tree.starts[row], tree.ends[row], mark);
    }
    for (const row of rows) {
      for (const i of this.#segments.get(row) ?? []) {
        this.#fill(cells, path.froms[i], path.tos[i], "\u2593");
      }
    }
    return cells.join("");
  }
  /** Marks a time; at least one character, so that every span is visible. */
  #fill(cells, from, to, mark) {
    const scale = this.#to > this.#from ? cells.length / (this.#to - this.#from) : 0;
    const first = Math.min(Math.round((from - this.#from) * scale), cells.length - 1);
    const end = Math.round((to - this.#from) * scale);
    cells.fill(mark, first, Math.max(first + 1, Math.min(end, cells.length)));
  }
};

// lib/viewer/formats/trace-text.ts
var DEFAULT_MAX_LINES = 500;
var MARKS = {
  failed: "\u2717",
  refused: "\u2717",
  handled: "\u2713",
  later: "\u2717",
  slow: "\u25F7",
  running: "\u25CC"
};
function traceText(trace, options = {}) {
  return analysisText(analyse(trace, options), options);
}
function analysisText(analysis, options = {}) {
  const { tree } = analysis;
  if (tree.mainRoot === -1) return [];
  const paint = options.colors === true ? paintAnsi : paintNothing;
  const maxLines = options.maxLines ?? DEFAULT_MAX_LINES;
  const lines = treeLines(tree, maxLines);
  const drawing = new TreeDrawing(analysis, lines, paint, options);
  const sentences = headlineOf(analysis);
  const said = new Set(sentences.map(({ text }) => text));
  const findings = (options.findings?.(analysis) ?? []).filter(({ text }) => !said.has(text));
  return [
    heading(tree, paint),
    ...sentences.map(({ kind, text }) => paint(STYLES[kind], `${MARKS[kind]} ${text}`)),
    ...findings.map(({ text }) => paint(Style.YELLOW, `\u26A0 ${text}`)),
    "",
    drawing.columnHeads(),
    ...lines.flatMap((line) => drawing.textOf(line)),
    ...omitted(tree, lines)
  ];
}
var STYLES = {
  failed: Style.RED,
  refused: Style.RED,
  handled: Style.DIM,
  later: Style.RED,
  slow: Style.YELLOW,
  running: Style.CYAN
};
function heading(tree, paint) {
  const { trace, mainRoot } = tree;
  let failedCount = 0;
  let runningCount = 0;
  const services = /* @__PURE__ */ new Set();
  for (let row = 0; row < trace.spanCount; row++) {
    if (isFailed(tree, row)) failedCount++;
    if (isRowRunning(tree, row)) runningCount++;
    services.add(trace.services[row]);
  }
  const facts = [
    services.size > 1 ? counted(services.size, "service") : lineOf(serviceOf(trace, 0)),
    counted(trace.spanCount, "span"),
    formatNanos(durationOf(tree, mainRoot)),
    failedCount === 0 ? "" : `${failedCount} failed`,
    runningCount === 0 ? "" : `${runningCount} running`
  ];
  const title = [lineOf(rowName(tree, mainRoot)), answerOf(tree, mainRoot) ?? ""].join(" ").trim();
  const text = `trace ${lineOf(trace.traceId)}  ${title}  `;
  return paint(Style.BOLD, text) + facts.filter((fact) => fact !== "").join(", ");
}
function omitted(tree, lines) {
  const shownCount = lines.reduce((sum, { folded }) => sum + (folded?.rows.length ?? 1), 0);
  const left = tree.rowCount - shownCount;
  if (left <= 0) return [];
  const hasFolded = lines.some(({ folded }) => folded !== void 0);
  return [`\u2026 ${counted(left, "more span")}${hasFolded ? ", some below lines with \xD7" : ""}`];
}

// lib/viewer/server/trace-pages.ts
var MAX_TRACES = 50;
var MAX_NAME_LENGTH = 60;
var NANOS_PER_MILLI3 = 1e6;
function textOfTrace(entry, contexts) {
  const findings = (analysis) => findingsOf(analysis, contexts.of(entry));
  return `${traceText(entry.columns(), { findings }).join("\n")}
`;
}
function overviewText(store2, address) {
  const { traces, spans } = store2.counts();
  const lines = orderedTraces(store2, "newest").slice(0, MAX_TRACES).map((entry) => {
    const row = rowOfTrace(entry, store2);
    const time = new Date(Number(BigInt(row.startNanos) / 1000000n)).toISOString().slice(11, 23);
    const duration = `${(row.durationNanos / NANOS_PER_MILLI3).toFixed(1)} ms`;
    const name = printable(`${row.service}  ${row.name}`).slice(0, MAX_NAME_LENGTH);
    const mark = row.failedCount > 0 ? "\u2717" : " ";
    return `${time} ${mark} ${duration.padStart(12)}  ${name.padEnd(MAX_NAME_LENGTH)}  ${address}/t/${row.id}.txt`;
  });
  const head = `nestjs-traced: kept ${traces.kept} of ${traces.seen} traces, ${spans.stored} spans.`;
  const body = lines.length === 0 ? ["No trace has arrived. Send OTLP to this address."] : lines;
  return `${[head, "", ...body].join("\n")}
`;
}

// lib/viewer/server/routes.ts
var DEFAULT_MINUTES = 5;
var Routes = class {
  #parts;
  #list;
  #routes;
  #contexts;
  constructor(parts) {
    this.#parts = parts;
    this.#contexts = new TraceContexts(parts.store);
    this.#list = new TraceList(parts);
    const trace = "([0-9a-f]{32})";
    this.#routes = [
      route("/", { GET: (routed) => this.#overview(routed) }),
      route(`/(?:t/${trace}|graph|compare)`, { GET: (routed) => this.#page(routed) }),
      route("/api/traces", {
        GET: (routed) => this.#list.list(routed),
        DELETE: (routed) => this.#clear(routed)
      }),
      route(`/api/traces/${trace}`, { GET: (routed, id) => this.#trace(routed, id) }),
      route(`/api/traces/${trace}/context`, { GET: (routed, id) => this.#context(routed, id) }),
      route(`/api/traces/${trace}/star`, {
        PUT: (routed, id) => this.#star(routed, id, true),
        DELETE: (routed, id) => this.#star(routed, id, false)
      }),
      route(`/api/traces/${trace}/spans/([0-9a-f]{16})`, {
        GET: (routed, id, span2) => this.#span(routed, id, span2)
      }),
      route(`/t/${trace}\\.html`, { GET: (routed, id) => this.#html(routed, id) }),
      route(`/t/${trace}\\.txt`, { GET: (routed, id) => this.#text(routed, id) }),
      route("/api/graph", { GET: (routed) => this.#graph(routed) }),
      route("/api/suggest", { GET: (routed) => this.#list.suggest(routed) }),
      route("/api/viewer", { GET: (routed) => this.#describe(routed) }),
      route("/api/stream", { GET: (routed) => this.#stream(routed) }),
      route("/api/export", { GET: (routed) => this.#export(routed) }),
      route("/api/import", { POST: (routed) => this.#import(routed) })
    ];
  }
  async handle(routed) {
    const { path, method, response } = routed;
    for (const { pattern, methods } of this.#routes) {
      const match = pattern.exec(path);
      if (match === null) continue;
      const handler = methods[method === "HEAD" ? "GET" : method];
      if (handler !== void 0) return handler(routed, ...match.slice(1));
      response.setHeader("allow", Object.keys(methods).join(", "));
      this.#parts.answers.text(response, 405, "Method not allowed.\n");
      return;
    }
    this.#parts.answers.text(response, 404, "Not found.\n");
  }
  async #overview(routed) {
    const { store: store2, answers, page } = this.#parts;
    const built2 = wantsHtml(routed) ? await page() : void 0;
    if (built2 !== void 0) return sendPage(routed, built2, answers);
    answers.text(routed.response, 200, overviewText(store2, `http://${routed.headers.host}`));
  }
  async #page(routed) {
    const { answers, page } = this.#parts;
    const built2 = await page();
    if (built2 !== void 0) return sendPage(routed, built2, answers);
    answers.text(routed.response, 404, NO_PAGE);
  }
  #describe({ response }) {
    const { answers, counts } = this.#parts;
    answers.json(response, 200, { version: VERSION, counts: counts() });
  }
  #clear({ response }) {
    this.#parts.store.clear();
    this.#parts.answers.json(response, 200, {});
  }
  #trace({ response }, id) {
    const entry = this.#find(response, id);
    if (entry === void 0) return;
    const { store: store2, answers, headlines } = this.#parts;
    answers.json(response, 200, traceToJson(entry, store2, headlines));
  }
  async #html(routed, id) {
    const { answers, page } = this.#parts;
    const built2 = await page();
    if (built2 === void 0) {
      answers.text(routed.response, 404, NO_PAGE);
      return;
    }
    const entry = this.#find(routed.response, id);
    if (entry === void 0) return;
    const saved = savedTraceText(entry, this.#parts, this.#contexts, epochMillis());
    await sendSavedTrace(routed, built2, id, saved, answers);
  }
  #context({ response }, id) {
    const entry = this.#find(response, id);
    if (entry === void 0) return;
    const context = this.#contexts.json(entry, analyse(entry.columns()));
    this.#parts.answers.json(response, 200, context);
  }
  #graph({ response, search }) {
    const { store: store2, answers } = this.#parts;
    const minutes = Number(search.get("minutes") ?? DEFAULT_MINUTES);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAX_MINUTES) {
      const text = `minutes must be a whole number from 1 to ${MAX_MINUTES}.
`;
      answers.text(response, 400, text);
      return;
    }
    answers.json(response, 200, graphToJson(store2.graph, minutes));
  }
  #star({ response }, id, isStarred) {
    const { store: store2, answers } = this.#parts;
    if (store2.star(id, isStarred)) answers.json(response, 200, { isStarred });
    else answers.text(response, 404, NO_TRACE);
  }
  #span({ response }, id, spanId) {
    const entry = this.#find(response, id);
    if (entry === void 0) return;
    const { answers } = this.#parts;
    const rows = entry.rowsOf(spanId);
    if (rows.length === 0) {
      answers.text(response, 404, "The trace has no such span.\n");
      return;
    }
    const json = protobufToJson(requestOfTrace(entry, rows), TRACE_REQUEST);
    answers.send(response, 200, "application/json", Buffer.from(json));
  }
  #text({ response }, id) {
    const entry = this.#find(response, id);
    if (entry !== void 0)
      this.#parts.answers.text(response, 200, textOfTrace(entry, this.#contexts));
  }
  #stream({ response, request, search, method }) {
    const { events, answers } = this.#parts;
    if (method === "HEAD") {
      answers.send(response, 200, "text/event-stream", Buffer.alloc(0));
      return;
    }
    const filter = this.#list.filterOf({ response, search });
    if (filter === void 0) return;
    const since = request.headers["last-event-id"]?.toString() ?? search.get("since") ?? void 0;
    if (events.add(response, since, filter)) return;
    response.setHeader("retry-after", "5");
    answers.text(response, 503, "Too many pages are open.\n");
  }
  /** Each trace is a line in OTLP/JSON, written when the reader has taken the one before. */
  async #export({ response, search, method }) {
    const { store: store2 } = this.#parts;
    const ids = search.get("ids")?.split(",") ?? [...store2.entries()].map(({ id }) => id);
    response.writeHead(200, {
      ...SAFE_HEADERS,
      "content-type": "application/jsonl; charset=utf-8",
      "content-disposition": 'attachment; filename="traces.jsonl"'
    });
    response.setTimeout(UNREAD_MILLIS, () => response.destroy());
    for (const id of method === "HEAD" ? [] : ids) {
      const entry = store2.get(id);
      if (entry === void 0) continue;
      const line = `${protobufToJson(requestOfTrace(entry), TRACE_REQUEST)}
`;
      if (!response.write(line)) await drained(response);
      if (response.destroyed) return;
    }
    response.end();
  }
  async #import({ request, response, headers }) {
    const { store: store2, intake, answers } = this.#parts;
    const isJson = mediaTypeOf(headers) === "application/json";
    const before = store2.counts().spans;
    const result = await intake.receive(request, (body) => {
      const protobuf = isJson ? jsonToProtobuf(body, TRACE_REQUEST) : body;
      const received = protobuf && store2.receiveTraces(protobuf);
      if (received?.isReadable) return { isRead: true };
      intake.countUnreadable();
      return { status: 400, reason: "The file is not OTLP, in JSON or protobuf." };
    });
    if (result === void 0) return;
    if (isRefusal(result)) {
      answers.text(response, result.status, `${result.reason}
`);
      return;
    }
    const after = store2.counts().spans;
    answers.json(response, 200, {
      received: after.received - before.received,
      refused: after.refused - before.refused,
      duplicate: after.duplicate - before.duplicate
    });
  }
  #find(response, id) {
    const entry = this.#parts.store.get(id);
    if (entry === void 0) this.#parts.answers.text(response, 404, NO_TRACE);
    return entry;
  }
};
var NO_PAGE = "This viewer was started from its sources, without a page. Build the package first.\n";
var NO_TRACE = "There is no such trace. It was dropped to make room, or it has not arrived.\n";
function route(path, methods) {
  return { pattern: new RegExp(`^${path}$`), methods };
}
function drained(response) {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

// lib/viewer/server/row-headlines.ts
var MAX_FINDINGS_SPANS = 1e4;
var MIN_FINDING_PART = 0.1;
var RowHeadlines = class {
  #known = /* @__PURE__ */ new WeakMap();
  /** Whether {@link headlineOf} has nothing to compute. */
  isKnown(entry) {
    return this.#known.get(entry)?.revision === entry.revision;
  }
  /** The sentence, if it has been computed. */
  known(entry) {
    return this.isKnown(entry) ? this.#known.get(entry)?.headline : void 0;
  }
  /** Computes the sentence, unless it is known. */
  headlineOf(entry) {
    if (this.isKnown(entry)) return this.known(entry);
    const analysis = analyse(entry.columns());
    const headline = rowHeadline(analysis, entry.spanCount <= MAX_FINDINGS_SPANS);
    this.#known.set(entry, { revision: entry.revision, headline });
    return headline;
  }
};
var KINDS2 = {
  failed: "failed",
  refused: "failed",
  running: "running",
  handled: "handled",
  later: "handled",
  slow: "slow"
};
function rowHeadline(analysis, hasFindings) {
  const sentences = headlineOf(analysis);
  const [first] = sentences;
  if (first === void 0 || first.kind !== "slow" || !hasFindings) return first && rowOf(first);
  const rootNanos = analysis.path.pathNanos.reduce((sum, nanos) => sum + nanos, 0);
  const finding = findingsOf(analysis).find(
    ({ pathNanos }) => pathNanos >= rootNanos * MIN_FINDING_PART
  );
  return finding === void 0 ? rowOf(first) : { kind: "finding", text: finding.text };
}
function rowOf({ kind, text }) {
  return { kind: KINDS2[kind], text };
}

// lib/viewer/server/viewer-server.ts
var MAX_CONNECTIONS = 512;
var HEADERS_TIMEOUT_MILLIS = 1e4;
var REQUEST_TIMEOUT_MILLIS = 6e4;
var PREFLIGHT_HEADERS = {
  "access-control-allow-methods": "POST",
  "access-control-allow-headers": "authorization, content-encoding, content-type",
  "access-control-max-age": "600",
  "content-length": "0"
};
var ViewerServer = class {
  #options;
  #server;
  #events;
  #graphClock;
  #otlp;
  #routes;
  #answers = new Answers();
  #intake = new Intake();
  #port = 0;
  constructor(options) {
    const { store: store2, page = readPage } = options;
    this.#options = options;
    const counts = () => this.counts();
    this.#graphClock = new GraphClock(store2, options.diagnostics);
    const headlines = new RowHeadlines();
    this.#events = new EventStream(store2, counts, headlines);
    this.#otlp = new OtlpHttp(store2, this.#intake, this.#answers);
    this.#routes = new Routes({
      store: store2,
      counts,
      page,
      intake: this.#intake,
      answers: this.#answers,
      events: this.#events,
      headlines
    });
    const timeouts2 = {
      headersTimeout: HEADERS_TIMEOUT_MILLIS,
      requestTimeout: REQUEST_TIMEOUT_MILLIS
    };
    this.#server = createServer(timeouts2, (request, response) => {
      void this.#handle(request, response);
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
  }
  /** The port that the server listens on; 0 before that. */
  get port() {
    return this.#port;
  }
  /** The bytes of the bodies that are being received. */
  get queuedBytes() {
    return this.#intake.queuedBytes;
  }
  /** The pages that follow what happens. */
  get readerCount() {
    return this.#events.readerCount;
  }
  /** The bytes of events that their readers have not taken. */
  get streamedBytes() {
    return this.#events.waitingBytes;
  }
  /** What came, and what became of it. */
  counts() {
    const { unreadable, overloaded } = this.#intake.counts;
    return {
      ...this.#options.store.counts(),
      requests: { unreadable, overloaded, metrics: this.#otlp.metricsRequests }
    };
  }
  /**
   * Begins to listen.
   *
   * @throws Error with the code `EADDRINUSE` if another server has the port
   */
  async listen() {
    const { host, port: port2 } = this.#options;
    const listening = once(this.#server, "listening");
    this.#server.listen(port2, host);
    await listening;
    this.#port = this.#server.address().port;
    this.#graphClock.start();
    this.#server.on("error", (error) => {
      this.#options.diagnostics.report("The server of the trace viewer has an error", error);
    });
  }
  /** Lets the process end while the server and its connections are open. Called before {@link listen}. */
  unref() {
    this.#server.unref();
    this.#server.on("connection", (socket) => socket.unref());
  }
  /** Stops listening and closes all connections. */
  async close() {
    this.#events.close();
    this.#graphClock.stop();
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
  async #handle(request, response) {
    response.on("error", () => {
    });
    request.on("error", () => {
    });
    try {
      for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
      await this.#answer(request, response);
    } catch (error) {
      this.#options.diagnostics.report("The trace viewer failed to answer a request", error);
      this.#answers.text(response, 500, "The trace viewer failed to answer.\n");
    }
  }
  async #answer(request, response) {
    const { method = "GET", url = "/", headers } = request;
    const [path = "/", query = ""] = url.split("?", 2);
    const search = new URLSearchParams(query);
    const { hosts, ingestOrigins, token } = this.#options;
    const settings = { port: this.#port, hosts, ingestOrigins, token };
    const verdict = judge({ method, path, search, headers }, settings);
    if ("corsOrigin" in verdict && verdict.corsOrigin !== void 0) {
      response.setHeader("access-control-allow-origin", verdict.corsOrigin);
      response.setHeader("vary", "Origin");
    }
    switch (verdict.kind) {
      case "refused":
        if (verdict.status === 401) response.setHeader("www-authenticate", "Bearer");
        this.#answers.text(response, verdict.status, `${verdict.reason}
`);
        return;
      case "preflight":
        if (headers["access-control-request-private-network"] === "true") {
          response.setHeader("access-control-allow-private-network", "true");
        }
        response.writeHead(204, PREFLIGHT_HEADERS).end();
        return;
      case "exchange":
        response.setHeader("set-cookie", verdict.cookie);
        response.writeHead(303, { location: verdict.location, "content-length": "0" }).end();
        return;
      case "allowed":
        if (method === "POST" && this.#otlp.hasPath(path)) {
          await this.#otlp.handle(path, request, response);
        } else {
          await this.#routes.handle({ method, path, search, headers, request, response });
        }
    }
  }
};

// lib/viewer/otlp/read-span.ts
function readSpan(bytes, resource2, scope2) {
  const cursor = new ProtobufCursor(bytes);
  const attributes = {};
  const events = [];
  const links = [];
  const span2 = { traceId: "", spanId: "", name: "", startNanos: 0n };
  while (cursor.next()) {
    if (cursor.isMessage) readMessageField(cursor, span2, { attributes, events, links });
    else readNumberField(cursor, span2);
  }
  if (Object.keys(attributes).length > 0) span2.attributes = attributes;
  if (events.length > 0) span2.events = events;
  if (links.length > 0) span2.links = links;
  if (resource2 !== void 0) span2.resource = resource2;
  if (scope2 !== void 0) span2.scope = scope2;
  return span2;
}
function readMessageField(cursor, span2, lists) {
  switch (cursor.field) {
    case 1:
      span2.traceId = cursor.hex();
      break;
    case 2:
      span2.spanId = cursor.hex();
      break;
    case 3:
      if (cursor.stop > cursor.start) span2.traceState = cursor.text();
      break;
    case 4:
      if (isId(cursor)) span2.parentSpanId = cursor.hex();
      break;
    case 5:
      span2.name = cursor.text();
      break;
    case 9:
      readKeyValue(cursor, lists.attributes);
      break;
    case 11:
      lists.events.push(readEvent(cursor));
      break;
    case 13:
      lists.links.push(readLink(cursor));
      break;
    case 15:
      readStatus(cursor, span2);
  }
}
function readNumberField(cursor, span2) {
  switch (cursor.field) {
    case 6:
      if (cursor.low > 0 && cursor.low <= 5) span2.kind = cursor.low;
      break;
    case 7:
      span2.startNanos = nanosOf(cursor);
      break;
    case 8:
      if (cursor.low !== 0 || cursor.high !== 0) span2.endNanos = nanosOf(cursor);
      break;
    case 10:
      if (cursor.low > 0) span2.droppedAttributesCount = cursor.low;
      break;
    case 12:
      if (cursor.low > 0) span2.droppedEventsCount = cursor.low;
      break;
    case 14:
      if (cursor.low > 0) span2.droppedLinksCount = cursor.low;
      break;
    case 16:
      span2.flags = cursor.low;
  }
}
function isId({ bytes, start, stop }) {
  return bytes.subarray(start, stop).some((byte) => byte !== 0);
}
function nanosOf({ low, high }) {
  return BigInt(high) << 32n | BigInt(low);
}
function readStatus(cursor, span2) {
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === 2 && cursor.isMessage) {
      if (cursor.stop > cursor.start) span2.statusMessage = cursor.text();
    } else if (cursor.field === 3 && (cursor.low === 1 || cursor.low === 2)) {
      span2.status = cursor.low;
    }
  }
  cursor.leave(spanEnd);
}
function readEvent(cursor) {
  const attributes = {};
  const event2 = { name: "", timeNanos: 0n };
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === 1 && !cursor.isMessage) event2.timeNanos = nanosOf(cursor);
    else if (cursor.field === 2 && cursor.isMessage) event2.name = cursor.text();
    else if (cursor.field === 3 && cursor.isMessage) readKeyValue(cursor, attributes);
    else if (cursor.field === 4 && cursor.low > 0) event2.droppedAttributesCount = cursor.low;
  }
  cursor.leave(spanEnd);
  if (Object.keys(attributes).length > 0) event2.attributes = attributes;
  return event2;
}
function readLink(cursor) {
  const attributes = {};
  const link2 = { traceId: "", spanId: "" };
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (!cursor.isMessage) {
      if (cursor.field === 5 && cursor.low > 0) link2.droppedAttributesCount = cursor.low;
    } else if (cursor.field === 1) link2.traceId = cursor.hex();
    else if (cursor.field === 2) link2.spanId = cursor.hex();
    else if (cursor.field === 3 && cursor.stop > cursor.start) link2.traceState = cursor.text();
    else if (cursor.field === 4) readKeyValue(cursor, attributes);
  }
  cursor.leave(spanEnd);
  if (Object.keys(attributes).length > 0) link2.attributes = attributes;
  return link2;
}
function readResource(bytes, schemaUrl = "") {
  const cursor = new ProtobufCursor(bytes);
  const attributes = {};
  let droppedAttributesCount = 0;
  while (cursor.next()) {
    if (cursor.field === 1 && cursor.isMessage) readKeyValue(cursor, attributes);
    else if (cursor.field === 2 && !cursor.isMessage) droppedAttributesCount = cursor.low;
  }
  return { attributes, ...optionalMembers(droppedAttributesCount, schemaUrl) };
}
function readScope(bytes, schemaUrl = "") {
  const cursor = new ProtobufCursor(bytes);
  const attributes = {};
  const scope2 = { name: "" };
  let droppedAttributesCount = 0;
  while (cursor.next()) {
    if (!cursor.isMessage) {
      if (cursor.field === 4) droppedAttributesCount = cursor.low;
    } else if (cursor.field === 1) scope2.name = cursor.text();
    else if (cursor.field === 2 && cursor.stop > cursor.start) scope2.version = cursor.text();
    else if (cursor.field === 3) readKeyValue(cursor, attributes);
  }
  if (Object.keys(attributes).length > 0) scope2.attributes = attributes;
  return { ...scope2, ...optionalMembers(droppedAttributesCount, schemaUrl) };
}
function optionalMembers(droppedAttributesCount, schemaUrl) {
  return {
    ...droppedAttributesCount > 0 && { droppedAttributesCount },
    ...schemaUrl !== "" && { schemaUrl }
  };
}

// lib/viewer/otlp/read-log.ts
var EMPTY = Buffer.alloc(0);
function skimLogs(request, receive) {
  const logs = [];
  const cursor = new ProtobufCursor(request);
  while (cursor.next()) {
    if (!cursor.is(1)) continue;
    if (!cursor.isMessage) return { isReadable: false, logCount: 0 };
    const resource2 = ownerOf(request, cursor);
    const requestEnd = cursor.enter();
    while (cursor.next()) {
      if (!cursor.is(2) || !cursor.isMessage) continue;
      const origin = { resource: resource2, scope: ownerOf(request, cursor) };
      const resourceEnd = cursor.enter();
      while (cursor.next()) {
        if (!cursor.is(2) || !cursor.isMessage) continue;
        logs.push({ bytes: request.subarray(cursor.start, cursor.stop), origin });
      }
      cursor.leave(resourceEnd);
    }
    cursor.leave(requestEnd);
  }
  if (cursor.isBroken) return { isReadable: false, logCount: 0 };
  for (const log of logs) receive(log);
  return { isReadable: true, logCount: logs.length };
}
function ownerOf(request, { start, stop }) {
  const cursor = new ProtobufCursor(request, start, stop);
  let owner = EMPTY;
  while (cursor.next()) {
    if (cursor.field === 1 && cursor.isMessage) owner = request.subarray(cursor.start, cursor.stop);
  }
  return owner;
}
function traceIdOfLog(bytes) {
  const cursor = new ProtobufCursor(bytes);
  let traceId = "";
  while (cursor.next()) {
    if (cursor.field === 9 && cursor.isMessage) traceId = idOf(cursor, 16);
  }
  return traceId;
}
function readLog({ bytes, origin }) {
  const cursor = new ProtobufCursor(bytes);
  const attributes = {};
  let time = 0n;
  let observedTime = 0n;
  let severityNumber = 0;
  let severityText = "";
  let body = null;
  let traceId = "";
  let spanId = "";
  let eventName = "";
  let droppedAttributesCount = 0;
  while (cursor.next()) {
    if (cursor.isMessage) {
      if (cursor.field === 3) severityText = cursor.text();
      else if (cursor.field === 5) body = readAnyValue(cursor);
      else if (cursor.field === 6) readKeyValue(cursor, attributes);
      else if (cursor.field === 9) traceId = idOf(cursor, 16);
      else if (cursor.field === 10) spanId = idOf(cursor, 8);
      else if (cursor.field === 12) eventName = cursor.text();
    } else if (cursor.field === 1) time = nanosOf(cursor);
    else if (cursor.field === 2) severityNumber = cursor.low;
    else if (cursor.field === 7) droppedAttributesCount = cursor.low;
    else if (cursor.field === 11) observedTime = nanosOf(cursor);
  }
  return {
    timeNanos: time === 0n ? observedTime : time,
    severityNumber,
    severityText,
    body,
    attributes,
    traceId,
    spanId,
    eventName,
    droppedAttributesCount,
    resource: readResource(origin.resource),
    scope: readScope(origin.scope)
  };
}
function idOf(cursor, byteCount) {
  const { bytes, start, stop } = cursor;
  if (stop - start !== byteCount) return "";
  return bytes.subarray(start, stop).some((byte) => byte !== 0) ? cursor.hex() : "";
}

// lib/viewer/otlp/skim-spans.ts
var REQUEST_RESOURCE_SPANS = 1;
var RESOURCE_SPANS_RESOURCE = 1;
var RESOURCE_SPANS_SCOPE_SPANS = 2;
var RESOURCE_SPANS_SCHEMA_URL = 3;
var SCOPE_SPANS_SCOPE = 1;
var SCOPE_SPANS_SPANS = 2;
var SCOPE_SPANS_SCHEMA_URL = 3;
var SPAN_TRACE_ID = 1;
var SPAN_SPAN_ID = 2;
var SPAN_PARENT_SPAN_ID = 4;
var SPAN_NAME = 5;
var SPAN_KIND = 6;
var SPAN_START = 7;
var SPAN_END = 8;
var SPAN_STATUS2 = 15;
var SPAN_FLAGS = 16;
var STATUS_CODE = 3;
var TRACE_ID_BYTES = 16;
var SPAN_ID_BYTES = 8;
var MAX_KIND = 5;
var MAX_STATUS_CODE = 2;
var SkimmedSpan = class {
  bytes;
  /** The message `Span`: from `start` up to, not including, `stop`. */
  start = 0;
  stop = 0;
  traceIdStart = 0;
  spanIdStart = 0;
  /** -1 for a span without a parent. */
  parentIdStart = -1;
  nameStart = 0;
  nameStop = 0;
  /** A `SpanKind` of OTLP; 0 for numbers that it does not have. */
  kind = 0;
  /** 0 unset, 1 ok, 2 error. */
  statusCode = 0;
  /** The flags of OTLP. */
  flags = 0;
  /** Epoch nanoseconds in two halves of 32 bits. */
  startLow = 0;
  startHigh = 0;
  endLow = 0;
  endHigh = 0;
  constructor(bytes) {
    this.bytes = bytes;
  }
};
var UNREADABLE = { isReadable: false, spanCount: 0, refusedCount: 0 };
function skimSpans(request, receiver) {
  const walk = new RequestWalk(request);
  if (!walk.hasReadableFrame()) return UNREADABLE;
  return walk.giveSpans(receiver);
}
var EMPTY2 = Buffer.alloc(0);
var RequestWalk = class {
  #request;
  constructor(request) {
    this.#request = request;
  }
  hasReadableFrame() {
    const cursor = new ProtobufCursor(this.#request);
    while (cursor.next()) {
      if (!cursor.is(REQUEST_RESOURCE_SPANS)) continue;
      if (!cursor.isMessage) return false;
      const requestEnd = cursor.enter();
      while (cursor.next()) {
        if (!cursor.is(RESOURCE_SPANS_SCOPE_SPANS)) continue;
        if (!cursor.isMessage) return false;
        const resourceEnd = cursor.enter();
        while (cursor.next()) {
          if (cursor.is(SCOPE_SPANS_SPANS) && !cursor.isMessage) return false;
        }
        cursor.leave(resourceEnd);
      }
      cursor.leave(requestEnd);
    }
    return !cursor.isBroken;
  }
  giveSpans(receiver) {
    const cursor = new ProtobufCursor(this.#request);
    const spanCursor = new ProtobufCursor(this.#request);
    const span2 = new SkimmedSpan(this.#request);
    let spanCount = 0;
    let refusedCount = 0;
    while (cursor.next()) {
      if (!cursor.is(REQUEST_RESOURCE_SPANS)) continue;
      const resource2 = this.#ownerOf(cursor, RESOURCE_SPANS_RESOURCE, RESOURCE_SPANS_SCHEMA_URL);
      const requestEnd = cursor.enter();
      while (cursor.next()) {
        if (!cursor.is(RESOURCE_SPANS_SCOPE_SPANS)) continue;
        const scope2 = this.#ownerOf(cursor, SCOPE_SPANS_SCOPE, SCOPE_SPANS_SCHEMA_URL);
        const origin = {
          resource: resource2.message,
          resourceSchemaUrl: resource2.schemaUrl,
          scope: scope2.message,
          scopeSchemaUrl: scope2.schemaUrl
        };
        const resourceEnd = cursor.enter();
        while (cursor.next()) {
          if (!cursor.is(SCOPE_SPANS_SPANS)) continue;
          spanCount++;
          span2.start = cursor.start;
          span2.stop = cursor.stop;
          if (skimSpan(spanCursor, span2)) receiver.receive(span2, origin);
          else refusedCount++;
        }
        cursor.leave(resourceEnd);
      }
      cursor.leave(requestEnd);
    }
    return { isReadable: true, spanCount, refusedCount };
  }
  /** The resource or scope of the message at the cursor: it may stand behind its spans. */
  #ownerOf({ start, stop }, messageField, schemaUrlField) {
    const cursor = new ProtobufCursor(this.#request, start, stop);
    let message2 = EMPTY2;
    let schemaUrl = "";
    while (cursor.next()) {
      if (!cursor.isMessage) continue;
      if (cursor.field === messageField) {
        message2 = this.#request.subarray(cursor.start, cursor.stop);
      } else if (cursor.field === schemaUrlField) {
        schemaUrl = cursor.text();
      }
    }
    return { message: message2, schemaUrl };
  }
};
function skimSpan(cursor, span2) {
  cursor.reset(span2.start, span2.stop);
  let traceIdStart = -1;
  let spanIdStart = -1;
  span2.parentIdStart = -1;
  span2.nameStart = span2.nameStop = span2.start;
  span2.kind = span2.statusCode = span2.flags = 0;
  span2.startLow = span2.startHigh = span2.endLow = span2.endHigh = 0;
  while (cursor.next()) {
    if (cursor.isMessage) {
      switch (cursor.field) {
        case SPAN_TRACE_ID:
          traceIdStart = idAt(cursor, TRACE_ID_BYTES);
          break;
        case SPAN_SPAN_ID:
          spanIdStart = idAt(cursor, SPAN_ID_BYTES);
          break;
        case SPAN_PARENT_SPAN_ID:
          span2.parentIdStart = idAt(cursor, SPAN_ID_BYTES);
          break;
        case SPAN_NAME:
          span2.nameStart = cursor.start;
          span2.nameStop = cursor.stop;
          break;
        case SPAN_STATUS2:
          span2.statusCode = readStatusCode(cursor);
      }
      continue;
    }
    switch (cursor.field) {
      case SPAN_KIND:
        span2.kind = cursor.low <= MAX_KIND ? cursor.low : 0;
        break;
      case SPAN_START:
        span2.startLow = cursor.low;
        span2.startHigh = cursor.high;
        break;
      case SPAN_END:
        span2.endLow = cursor.low;
        span2.endHigh = cursor.high;
        break;
      case SPAN_FLAGS:
        span2.flags = cursor.low;
    }
  }
  span2.traceIdStart = traceIdStart;
  span2.spanIdStart = spanIdStart;
  return !cursor.isBroken && traceIdStart !== -1 && spanIdStart !== -1;
}
function idAt({ bytes, start, stop }, byteCount) {
  if (stop - start !== byteCount) return -1;
  for (let position = start; position < stop; position++) {
    if (bytes[position] !== 0) return start;
  }
  return -1;
}
function readStatusCode(cursor) {
  let code = 0;
  const spanEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === STATUS_CODE && !cursor.isMessage) code = cursor.low;
  }
  cursor.leave(spanEnd);
  return code <= MAX_STATUS_CODE ? code : 0;
}

// lib/viewer/store/byte-arena.ts
var FIRST_CHUNK_BYTES = 2 * 1024;
var MAX_CHUNK_BYTES = 64 * 1024;
var ChunkPool = class {
  #idle = /* @__PURE__ */ new Map();
  #maxIdleBytes;
  #idleBytes = 0;
  /** @param maxIdleBytes how much is kept that nobody uses */
  constructor(maxIdleBytes) {
    this.#maxIdleBytes = maxIdleBytes;
  }
  /** The memory of the chunks that nobody uses. */
  get idleBytes() {
    return this.#idleBytes;
  }
  /** A chunk with any content. */
  take(byteCount) {
    const chunk = this.#idle.get(byteCount)?.pop();
    if (chunk === void 0) return Buffer.allocUnsafeSlow(byteCount);
    this.#idleBytes -= byteCount;
    return chunk;
  }
  /** Takes a chunk that nothing reads any more. */
  give(chunk) {
    const { length } = chunk;
    if (!isCommonLength(length) || this.#idleBytes + length > this.#maxIdleBytes) return;
    const idle = this.#idle.get(length);
    if (idle === void 0) this.#idle.set(length, [chunk]);
    else idle.push(chunk);
    this.#idleBytes += length;
  }
};
var ByteArena = class {
  #pool;
  #chunks = [];
  /** Where each chunk starts in the addresses of the arena. */
  #starts = [];
  #usedOfLast = 0;
  #capacityBytes = 0;
  constructor(pool) {
    this.#pool = pool;
  }
  /** The memory of all chunks. */
  get capacityBytes() {
    return this.#capacityBytes;
  }
  /** Copies bytes from `start` up to, not including, `stop`. @returns their address */
  add(source, start, stop) {
    const length = stop - start;
    let chunk = this.#chunks.at(-1);
    if (chunk === void 0 || chunk.length - this.#usedOfLast < length) {
      chunk = this.#grow(length);
    }
    const used = this.#usedOfLast;
    source.copy(chunk, used, start, stop);
    this.#usedOfLast = used + length;
    return this.#starts.at(-1) + used;
  }
  /** The bytes at an address, as a view that is valid until {@link release}. */
  view(address, length) {
    const index = this.#chunkOf(address);
    const start = address - this.#starts[index];
    return this.#chunks[index].subarray(start, start + length);
  }
  /** Gives all chunks back. The arena and its views are not used afterwards. */
  release() {
    for (const chunk of this.#chunks.splice(0)) this.#pool.give(chunk);
  }
  #grow(length) {
    let byteCount = FIRST_CHUNK_BYTES;
    while (byteCount < MAX_CHUNK_BYTES && byteCount * 2 <= this.#capacityBytes / 2) byteCount *= 2;
    const chunk = this.#pool.take(Math.max(byteCount, length));
    this.#starts.push(this.#capacityBytes);
    this.#chunks.push(chunk);
    this.#capacityBytes += chunk.length;
    this.#usedOfLast = 0;
    return chunk;
  }
  #chunkOf(address) {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = low + high + 1 >> 1;
      if (this.#starts[middle] <= address) low = middle;
      else high = middle - 1;
    }
    return low;
  }
};
function isCommonLength(length) {
  return length <= MAX_CHUNK_BYTES && (length & length - 1) === 0;
}

// lib/viewer/store/live-graph.ts
var LiveGraph = class {
  #options;
  #graph;
  /** When each trace changed that is to be counted, the one that is quiet longest first. */
  #pending = /* @__PURE__ */ new Map();
  #contributions = /* @__PURE__ */ new Map();
  #contributionBytes = 0;
  #revision = 0;
  constructor(options) {
    this.#options = options;
    this.#graph = new ServiceGraph(options.maxBytes);
  }
  /** The number of changes so far. */
  get revision() {
    return this.#revision;
  }
  get byteCount() {
    return this.#graph.byteCount + this.#contributionBytes;
  }
  /** The traces that are not counted, or not in their latest state. */
  get pendingCount() {
    return this.#pending.size;
  }
  /** The calls that were left out because there are too many edges. */
  get omittedCallCount() {
    return this.#graph.omittedCallCount;
  }
  /** When the latest call was, in epoch milliseconds, exact to five seconds; undefined without calls. */
  get latestMillis() {
    const { lastBucket } = this.#graph;
    return lastBucket === 0 ? void 0 : lastBucket * BUCKET_SECONDS * 1e3;
  }
  /** Notes that a trace has changed. @param nowMillis by the clock of the store */
  change(entry, nowMillis) {
    this.#pending.delete(entry);
    this.#pending.set(entry, nowMillis);
  }
  /** Counts a trace that is dropped as it is now. Called before its memory is given back. */
  drop(entry) {
    if (this.#pending.delete(entry)) this.#count(entry);
    const contribution = this.#contributions.get(entry);
    if (contribution === void 0) return;
    this.#contributions.delete(entry);
    this.#contributionBytes -= contributionBytes(contribution);
  }
  /** Drops everything. */
  clear() {
    this.#pending.clear();
    this.#contributions.clear();
    this.#contributionBytes = 0;
    this.#graph.clear();
    this.#revision++;
  }
  /**
   * Counts traces that are quiet, for some time.
   *
   * @param nowMillis by the clock of the store
   * @param isTimeUp asked after each trace
   * @returns whether quiet traces are left
   */
  settle(nowMillis, isTimeUp) {
    for (const [entry, changedMillis] of this.#pending) {
      if (nowMillis - changedMillis < ARRIVING_MILLIS) return false;
      if (isTimeUp()) return true;
      this.#pending.delete(entry);
      this.#count(entry);
    }
    return false;
  }
  /**
   * Reads the last minutes. They end now, or with the latest call if that is more than an hour ago, as with
   * files.
   *
   * @param minutes 1 to 60
   */
  read(minutes) {
    const nowMillis = this.#options.epochMillis();
    const nowBucket = this.#bucketOf(nowMillis);
    const { lastBucket } = this.#graph;
    const isOld = lastBucket !== 0 && nowBucket - lastBucket >= BUCKET_COUNT;
    const toBucket = isOld ? lastBucket : nowBucket;
    const fromBucket = toBucket - minutes * 60 / BUCKET_SECONDS + 1;
    const rest = isOld ? 0 : (toBucket + 1) * BUCKET_SECONDS - nowMillis / 1e3;
    const seconds = Math.max(1, minutes * 60 - rest - (isOld ? 0 : ARRIVING_MILLIS / 1e3));
    return { ...this.#graph.read(fromBucket, toBucket, seconds), fromBucket, toBucket };
  }
  /** The calls of a trace, also those by links to spans of other stored traces. */
  callsOf(tree) {
    return graphCallsOf(tree, {
      serviceOfSpan: (traceId, spanId) => {
        const entry = this.#options.find(traceId);
        const [row] = entry?.rowsOf(hexOfSpanId(spanId)) ?? [];
        return row === void 0 ? void 0 : entry?.serviceOf(row);
      }
    });
  }
  #count(entry) {
    const before = this.#contributions.get(entry);
    if (before !== void 0) {
      this.#graph.remove(before);
      this.#contributionBytes -= contributionBytes(before);
    }
    const calls = this.callsOf(treeOf(entry.columns()));
    const contribution = this.#graph.add(calls, this.#bucketOf(this.#options.epochMillis()));
    this.#contributions.set(entry, contribution);
    this.#contributionBytes += contributionBytes(contribution);
    if (calls.length > 0 || before !== void 0) this.#revision++;
  }
  #bucketOf(epochMillis2) {
    return bucketOf(BigInt(Math.round(epochMillis2)) * 1000000n);
  }
};

// lib/viewer/store/counted-table.ts
var CountedTable = class {
  #entries = /* @__PURE__ */ new Map();
  #byteCount = 0;
  /** The memory that the values take, roughly. */
  get byteCount() {
    return this.#byteCount;
  }
  /** The number of values. */
  get size() {
    return this.#entries.size;
  }
  /** Holds the value of a key once more, and creates it for the first holder. */
  hold(key, create, byteCount) {
    const known = this.#entries.get(key);
    if (known !== void 0) {
      known.count++;
      return known.value;
    }
    const value = create();
    this.#entries.set(key, { value, byteCount, count: 1 });
    this.#byteCount += byteCount;
    return value;
  }
  /** Takes back one hold; the last one removes the value. */
  release(key) {
    const entry = this.#entries.get(key);
    if (entry === void 0) return;
    entry.count--;
    if (entry.count > 0) return;
    this.#entries.delete(key);
    this.#byteCount -= entry.byteCount;
  }
};

// lib/viewer/store/origin-table.ts
var ENTRY_BYTES = 600;
var StoredResource = class {
  key;
  bytes;
  schemaUrl;
  facts;
  constructor(key, bytes, schemaUrl) {
    this.key = key;
    this.bytes = Buffer.from(bytes);
    this.schemaUrl = schemaUrl;
    this.facts = traceResourceOf(readResource(bytes).attributes);
  }
  /** Reads all details. */
  read() {
    return readResource(this.bytes, this.schemaUrl);
  }
};
var Origin = class {
  key;
  resource;
  scope;
  scopeSchemaUrl;
  constructor(key, resource2, scope2, scopeSchemaUrl) {
    this.key = key;
    this.resource = resource2;
    this.scope = Buffer.from(scope2);
    this.scopeSchemaUrl = scopeSchemaUrl;
  }
  /** Reads all details of the scope. */
  readScope() {
    return readScope(this.scope, this.scopeSchemaUrl);
  }
};
var OriginTable = class {
  #resources = new CountedTable();
  #origins = new CountedTable();
  get byteCount() {
    return this.#resources.byteCount + this.#origins.byteCount;
  }
  get size() {
    return this.#origins.size;
  }
  /** The origin of a request's spans; held until {@link release}. */
  hold({ resource: resource2, resourceSchemaUrl, scope: scope2, scopeSchemaUrl }) {
    const resourceKey = `${resourceSchemaUrl}
${resource2.toString("latin1")}`;
    const key = `${scopeSchemaUrl}
${scope2.length}
${scope2.toString("latin1")}${resourceKey}`;
    const stored = this.#resources.hold(
      resourceKey,
      () => new StoredResource(resourceKey, resource2, resourceSchemaUrl),
      resourceKey.length * 2 + ENTRY_BYTES
    );
    return this.#origins.hold(
      key,
      () => new Origin(key, stored, scope2, scopeSchemaUrl),
      key.length + scope2.length + ENTRY_BYTES
    );
  }
  /** Holds an origin once more. */
  holdAgain(origin) {
    this.#resources.hold(origin.resource.key, () => origin.resource, 0);
    this.#origins.hold(origin.key, () => origin, 0);
  }
  release(origin) {
    this.#origins.release(origin.key);
    this.#resources.release(origin.resource.key);
  }
};

// lib/viewer/store/group-heap.ts
var MaxHeap = class {
  #items = [];
  get heaviest() {
    return this.#items[0];
  }
  /** Adds an item, or moves it after its weight has changed. */
  update(item) {
    if (item.heapIndex === -1) {
      item.heapIndex = this.#items.length;
      this.#items.push(item);
    }
    this.#rise(item);
    this.#sink(item);
  }
  remove(item) {
    const index = item.heapIndex;
    if (index === -1) return;
    const last = this.#items.pop();
    item.heapIndex = -1;
    if (last === item) return;
    this.#place(last, index);
    this.update(last);
  }
  clear() {
    for (const item of this.#items) item.heapIndex = -1;
    this.#items.length = 0;
  }
  #place(item, index) {
    this.#items[index] = item;
    item.heapIndex = index;
  }
  #rise(item) {
    while (item.heapIndex > 0) {
      const index = item.heapIndex;
      const parentIndex = index - 1 >> 1;
      const parent = this.#items[parentIndex];
      if (parent.weight >= item.weight) return;
      this.#place(parent, index);
      this.#place(item, parentIndex);
    }
  }
  #sink(item) {
    for (; ; ) {
      const index = item.heapIndex;
      const left = this.#items[2 * index + 1];
      const right = this.#items[2 * index + 2];
      if (left === void 0) return;
      const child = right !== void 0 && right.weight > left.weight ? right : left;
      if (child.weight <= item.weight) return;
      const childIndex = child.heapIndex;
      this.#place(child, index);
      this.#place(item, childIndex);
    }
  }
};

// lib/viewer/store/retention.ts
var PROTECTED_FAILED = 5;
var PROTECTED_SLOWEST = 5;
var Retention = class {
  #members = /* @__PURE__ */ new Map();
  #groups = /* @__PURE__ */ new Map();
  /** Groups with traces that are not protected weigh more than all groups without. */
  #heap = new MaxHeap();
  /** What a trace weighs beside its bytes, so that both limits become one. */
  #traceWeight;
  #allProtected;
  #byteCount = 0;
  constructor({ maxBytes, maxTraces }) {
    this.#traceWeight = maxBytes / maxTraces;
    this.#allProtected = -Number.MAX_SAFE_INTEGER;
  }
  /** The memory of all traces. */
  get byteCount() {
    return this.#byteCount;
  }
  get groupCount() {
    return this.#groups.size;
  }
  /** Reads a trace after it has changed. Its group is that of its main span as of now. */
  update(entry) {
    const outline = entry.outline();
    const { mainRow } = outline;
    const key = `${entry.serviceOf(mainRow)}
${entry.nameOf(mainRow)}`;
    let member = this.#members.get(entry);
    if (member?.group.key !== key) {
      if (member !== void 0) this.#leave(member);
      member = this.#join(entry, key);
    }
    const { group } = member;
    const { byteCount } = entry;
    this.#byteCount += byteCount - member.byteCount;
    group.total += byteCount - member.byteCount;
    member.byteCount = byteCount;
    this.#rank(member, outline.failedCount > 0, outline.end - outline.start);
    this.#weigh(group);
  }
  /** Marks a trace to stay, or takes the mark back. */
  star(entry, isStarred) {
    const member = this.#members.get(entry);
    if (member === void 0 || entry.isStarred === isStarred) return;
    entry.isStarred = isStarred;
    member.group.starredCount += isStarred ? 1 : -1;
    this.#weigh(member.group);
  }
  /** The trace to drop next; undefined if there is no trace. */
  candidate() {
    const group = this.#heap.heaviest;
    if (group === void 0) return void 0;
    let oldest;
    for (const member of group.members) {
      oldest ??= member;
      if (!isProtected(member)) return member.entry;
    }
    return oldest?.entry;
  }
  /** The traces of the group of a trace, from the oldest to the newest. */
  groupOf(entry) {
    return [...this.#members.get(entry)?.group.members ?? []].map((member) => member.entry);
  }
  remove(entry) {
    const member = this.#members.get(entry);
    if (member !== void 0) this.#leave(member);
  }
  clear() {
    this.#members.clear();
    this.#groups.clear();
    this.#heap.clear();
    this.#byteCount = 0;
  }
  #join(entry, key) {
    let group = this.#groups.get(key);
    if (group === void 0) {
      group = {
        key,
        members: /* @__PURE__ */ new Set(),
        total: 0,
        failed: [],
        slowest: [],
        starredCount: 0,
        weight: 0,
        heapIndex: -1
      };
      this.#groups.set(key, group);
    }
    const member = { entry, group, byteCount: 0, isFailed: false, duration: -1 };
    group.members.add(member);
    group.total += this.#traceWeight;
    if (entry.isStarred) group.starredCount++;
    this.#members.set(entry, member);
    return member;
  }
  #leave(member) {
    const { group, entry } = member;
    this.#members.delete(entry);
    group.members.delete(member);
    group.total -= member.byteCount + this.#traceWeight;
    this.#byteCount -= member.byteCount;
    removeFrom(group.failed, member);
    removeFrom(group.slowest, member);
    if (entry.isStarred) group.starredCount--;
    if (group.members.size > 0) {
      this.#weigh(group);
      return;
    }
    this.#groups.delete(group.key);
    this.#heap.remove(group);
  }
  #rank(member, isFailed2, duration) {
    const { failed, slowest } = member.group;
    if (isFailed2 !== member.isFailed) {
      member.isFailed = isFailed2;
      if (!isFailed2) removeFrom(failed, member);
      else if (failed.push(member) > PROTECTED_FAILED) failed.shift();
    }
    if (duration === member.duration) return;
    member.duration = duration;
    removeFrom(slowest, member);
    const faster = slowest.findIndex((other) => other.duration < duration);
    slowest.splice(faster === -1 ? slowest.length : faster, 0, member);
    if (slowest.length > PROTECTED_SLOWEST) slowest.pop();
  }
  #weigh(group) {
    const { failed, slowest, starredCount, members, total } = group;
    const mostProtected = failed.length + slowest.length + starredCount;
    const hasOther = mostProtected < members.size || [...members].some((each) => !isProtected(each));
    group.weight = hasOther ? total : this.#allProtected + total;
    this.#heap.update(group);
  }
};
function isProtected(member) {
  const { failed, slowest } = member.group;
  return member.entry.isStarred || failed.includes(member) || slowest.includes(member);
}
function removeFrom(members, member) {
  const index = members.indexOf(member);
  if (index !== -1) members.splice(index, 1);
}

// lib/viewer/store/span-columns.ts
import { endianness as endianness2 } from "node:os";
var LOW = endianness2() === "LE" ? 0 : 1;
var HIGH = 1 - LOW;
var INITIAL_CAPACITY = 4;
var BYTES_PER_ROW = 72;
var MAX_SCANNED_ROWS = 8;
var NONE5 = -1;
var PARENT_IDS = 2;
var STARTS = 2;
var ENDS = 3;
var NAMES = 8;
var SERVICES = 9;
var RESOURCES = 10;
var PARENTS = 11;
var ADDRESSES = 12;
var LENGTHS = 13;
var ORIGINS = 14;
var SLOTS = 15;
var KINDS3 = 68;
var STATUSES2 = 69;
var FLAGS = 70;
var COLUMN_BYTES = [
  [0, 8],
  [8, 8],
  [16, 8],
  [24, 8],
  [32, 4],
  [36, 4],
  [40, 4],
  [44, 4],
  [48, 4],
  [52, 4],
  [56, 4],
  [KINDS3, 1],
  [STATUSES2, 1],
  [FLAGS, 1]
];
var SlabPool = class {
  #idle = /* @__PURE__ */ new Map();
  #maxIdleBytes;
  #idleBytes = 0;
  /** @param maxIdleBytes how much is kept that nobody uses */
  constructor(maxIdleBytes) {
    this.#maxIdleBytes = maxIdleBytes;
  }
  /** The memory of the slabs that nobody uses. */
  get idleBytes() {
    return this.#idleBytes;
  }
  /** Memory for so many rows, with any content but in the table of slots. */
  take(capacity) {
    const slab = this.#idle.get(capacity)?.pop();
    if (slab === void 0) {
      const buffer = new ArrayBuffer(capacity * BYTES_PER_ROW);
      const doubles = new Float64Array(buffer);
      return { capacity, doubles, words: new Uint32Array(buffer), bytes: new Uint8Array(buffer) };
    }
    this.#idleBytes -= slab.bytes.length;
    slab.words.fill(0, SLOTS * capacity, (SLOTS + 2) * capacity);
    return slab;
  }
  /** Takes memory that nothing reads any more. */
  give(slab) {
    const { length } = slab.bytes;
    if (this.#idleBytes + length > this.#maxIdleBytes) return;
    const idle = this.#idle.get(slab.capacity);
    if (idle === void 0) this.#idle.set(slab.capacity, [slab]);
    else idle.push(slab);
    this.#idleBytes += length;
  }
};
var SpanColumns = class {
  #pool;
  #count = 0;
  #slab;
  #capacity;
  #doubles;
  #words;
  #bytes;
  /** Whether others may still read the memory: then it is not used again. */
  #isShared = false;
  constructor(pool) {
    this.#pool = pool;
    this.#slab = pool.take(INITIAL_CAPACITY);
    this.#capacity = INITIAL_CAPACITY;
    this.#doubles = this.#slab.doubles;
    this.#words = this.#slab.words;
    this.#bytes = this.#slab.bytes;
  }
  get count() {
    return this.#count;
  }
  get byteCount() {
    return this.#bytes.length;
  }
  /** @returns the row with the id and kind; -1 if there is none */
  find(spanIdLow, spanIdHigh, kind) {
    if (this.#capacity > MAX_SCANNED_ROWS) return this.#findSlot(spanIdLow, spanIdHigh, kind);
    for (let row = 0; row < this.#count; row++) {
      if (this.#is(row, spanIdLow, spanIdHigh, kind)) return row;
    }
    return NONE5;
  }
  /** Adds a row. @returns its number */
  add(values) {
    if (this.#count === this.#capacity) this.#grow();
    const row = this.#count++;
    this.set(row, values);
    this.#words[PARENTS * this.#capacity + row] = NONE5;
    if (this.#capacity > MAX_SCANNED_ROWS) this.#fillSlot(row);
    return row;
  }
  /** Writes all values of a row. Its id and kind must be the same as before. */
  set(row, values) {
    const capacity = this.#capacity;
    const words = this.#words;
    const bytes = this.#bytes;
    words[2 * row + LOW] = values.spanIdLow;
    words[2 * row + HIGH] = values.spanIdHigh;
    words[PARENT_IDS * capacity + 2 * row + LOW] = values.parentIdLow;
    words[PARENT_IDS * capacity + 2 * row + HIGH] = values.parentIdHigh;
    this.#doubles[STARTS * capacity + row] = values.start;
    this.#doubles[ENDS * capacity + row] = values.end;
    words[NAMES * capacity + row] = values.name;
    words[SERVICES * capacity + row] = values.service;
    words[RESOURCES * capacity + row] = values.resource;
    words[ADDRESSES * capacity + row] = values.address;
    words[LENGTHS * capacity + row] = values.length;
    words[ORIGINS * capacity + row] = values.origin;
    bytes[KINDS3 * capacity + row] = values.kind;
    bytes[STATUSES2 * capacity + row] = values.status;
    bytes[FLAGS * capacity + row] = values.flags;
  }
  startOf(row) {
    return this.#doubles[STARTS * this.#capacity + row];
  }
  endOf(row) {
    return this.#doubles[ENDS * this.#capacity + row];
  }
  nameOf(row) {
    return this.#words[NAMES * this.#capacity + row];
  }
  serviceOf(row) {
    return this.#words[SERVICES * this.#capacity + row];
  }
  originOf(row) {
    return this.#words[ORIGINS * this.#capacity + row];
  }
  addressOf(row) {
    return this.#words[ADDRESSES * this.#capacity + row];
  }
  /** Says where the bytes of a row are now. */
  setAddress(row, address) {
    this.#words[ADDRESSES * this.#capacity + row] = address;
  }
  lengthOf(row) {
    return this.#words[LENGTHS * this.#capacity + row];
  }
  statusOf(row) {
    return this.#bytes[STATUSES2 * this.#capacity + row];
  }
  hasParent(row) {
    const at = PARENT_IDS * this.#capacity + 2 * row;
    return this.#words[at] !== 0 || this.#words[at + 1] !== 0;
  }
  /**
   * The columns of the rows so far. Rows that are added later do not change them.
   *
   * @param areKept whether they are read later than now
   */
  views(areKept = true) {
    if (areKept) this.#isShared = true;
    const { buffer } = this.#bytes;
    const capacity = this.#capacity;
    const count = this.#count;
    return {
      spanIds: new BigUint64Array(buffer, 0, count),
      parentIds: new BigUint64Array(buffer, 8 * capacity, count),
      starts: this.#doubles.subarray(STARTS * capacity, STARTS * capacity + count),
      ends: this.#doubles.subarray(ENDS * capacity, ENDS * capacity + count),
      names: this.#wordColumn(NAMES),
      services: this.#wordColumn(SERVICES),
      resources: this.#wordColumn(RESOURCES),
      parents: new Int32Array(buffer, 4 * PARENTS * capacity, count),
      kinds: this.#byteColumn(KINDS3),
      statuses: this.#byteColumn(STATUSES2),
      flags: this.#byteColumn(FLAGS)
    };
  }
  #wordColumn(column) {
    return this.#words.subarray(column * this.#capacity, column * this.#capacity + this.#count);
  }
  #byteColumn(column) {
    return this.#bytes.subarray(column * this.#capacity, column * this.#capacity + this.#count);
  }
  /** Gives the memory back. The columns are not used afterwards. */
  release() {
    if (!this.#isShared) this.#pool.give(this.#slab);
  }
  #grow() {
    const before = this.#bytes;
    const oldCapacity = this.#capacity;
    const slab = this.#pool.take(oldCapacity * 2);
    this.#capacity = slab.capacity;
    this.#doubles = slab.doubles;
    this.#words = slab.words;
    this.#bytes = slab.bytes;
    for (const [start, size] of COLUMN_BYTES) {
      const from = start * oldCapacity;
      this.#bytes.set(before.subarray(from, from + size * oldCapacity), start * this.#capacity);
    }
    this.release();
    this.#slab = slab;
    this.#isShared = false;
    if (this.#capacity <= MAX_SCANNED_ROWS) return;
    for (let row = 0; row < this.#count; row++) this.#fillSlot(row);
  }
  #is(row, spanIdLow, spanIdHigh, kind) {
    return this.#words[2 * row + LOW] === spanIdLow && this.#words[2 * row + HIGH] === spanIdHigh && this.#bytes[KINDS3 * this.#capacity + row] === kind;
  }
  #findSlot(spanIdLow, spanIdHigh, kind) {
    const mask = 2 * this.#capacity - 1;
    for (let slot = hash(spanIdLow, spanIdHigh) & mask; ; slot = slot + 1 & mask) {
      const row = this.#words[SLOTS * this.#capacity + slot] - 1;
      if (row === NONE5 || this.#is(row, spanIdLow, spanIdHigh, kind)) return row;
    }
  }
  #fillSlot(row) {
    const mask = 2 * this.#capacity - 1;
    const slots = SLOTS * this.#capacity;
    const low = this.#words[2 * row + LOW];
    const high = this.#words[2 * row + HIGH];
    let slot = hash(low, high) & mask;
    while (this.#words[slots + slot] !== 0) slot = slot + 1 & mask;
    this.#words[slots + slot] = row + 1;
  }
};
var SEED = Math.floor(Math.random() * 2 ** 32);
function hash(low, high) {
  let mixed = Math.imul(low ^ SEED, 2246822507);
  mixed = Math.imul(mixed ^ mixed >>> 16 ^ high, 3266489909);
  mixed = Math.imul(mixed ^ mixed >>> 13, 2246822507);
  return mixed ^ mixed >>> 16;
}

// lib/viewer/store/string-table.ts
var ENTRY_BYTES2 = 120;
var StringTable2 = class {
  #texts = new CountedTable();
  get byteCount() {
    return this.#texts.byteCount;
  }
  get size() {
    return this.#texts.size;
  }
  /** @returns the text that all holders share */
  hold(text) {
    return this.#texts.hold(text, () => text, text.length * 2 + ENTRY_BYTES2);
  }
  release(text) {
    this.#texts.release(text);
  }
};

// lib/viewer/store/numbered-list.ts
var MAX_SCANNED = 8;
var NumberedList = class {
  #values = [];
  #numbers;
  /** The values by their numbers. */
  get values() {
    return this.#values;
  }
  /** @returns the number of a value; -1 if it has none */
  numberOf(value) {
    return this.#numbers === void 0 ? this.#values.indexOf(value) : this.#numbers.get(value) ?? -1;
  }
  /** Gives a value that has no number the next one. */
  add(value) {
    const number = this.#values.length;
    this.#values.push(value);
    if (this.#numbers !== void 0) this.#numbers.set(value, number);
    else if (number === MAX_SCANNED) {
      this.#numbers = new Map(this.#values.map((each, index) => [each, index]));
    }
    return number;
  }
};

// lib/viewer/store/trace-entry.ts
var TWO_TO_322 = 4294967296;
var ENTRY_BYTES3 = 2800;
var MAX_NAME_BYTES = 4096;
var MAX_ARENA_BYTES = TWO_TO_322 - 1;
var NONE6 = -1;
var TraceEntry = class {
  /** 32 hexadecimal digits. */
  id;
  /** When its first span arrived, in milliseconds of the store's clock. */
  firstArrivalMillis;
  /** When its latest span arrived. */
  lastArrivalMillis;
  /** Whether the user has marked it, so that it stays. */
  isStarred = false;
  /** Counts the changes of all traces; the value of the latest change of this one. */
  revision = 0;
  #shared;
  #baseLow;
  #baseHigh;
  #columns;
  #strings = new NumberedList();
  #origins = new NumberedList();
  #resources = new NumberedList();
  #arena;
  #deadBytes = 0;
  #outline;
  #gaps;
  #view;
  /** @param first the span that begins the trace; it is not added */
  constructor(id, first, shared, nowMillis) {
    this.id = id;
    this.firstArrivalMillis = nowMillis;
    this.lastArrivalMillis = nowMillis;
    this.#shared = shared;
    this.#columns = new SpanColumns(shared.slabs);
    this.#arena = new ByteArena(shared.chunks);
    if (first.startLow !== 0 || first.startHigh !== 0) {
      this.#baseLow = first.startLow;
      this.#baseHigh = first.startHigh;
    } else if (first.endLow !== 0 || first.endHigh !== 0) {
      this.#baseLow = first.endLow;
      this.#baseHigh = first.endHigh;
    } else {
      const nanos = BigInt(Math.floor(epochMillis())) * 1000000n;
      this.#baseLow = Number(nanos & 0xffffffffn);
      this.#baseHigh = Number(nanos >> 32n);
    }
  }
  get spanCount() {
    return this.#columns.count;
  }
  /** The memory that the trace takes, without what it shares with others. */
  get byteCount() {
    return ENTRY_BYTES3 + this.#columns.byteCount + this.#arena.capacityBytes;
  }
  /** Epoch nanoseconds from which the times of the columns count. */
  get base() {
    return BigInt(this.#baseHigh) << 32n | BigInt(this.#baseLow);
  }
  /**
   * Adds a span. One with the id and kind of an earlier one replaces it: senders repeat requests whose
   * response they have not received.
   */
  add(span2, origin, nowMillis) {
    const { bytes, start, stop, spanIdStart } = span2;
    const spanIdHigh = bytes.readUInt32BE(spanIdStart);
    const spanIdLow = bytes.readUInt32BE(spanIdStart + 4);
    const row = this.#columns.find(spanIdLow, spanIdHigh, span2.kind);
    if (row !== NONE6 && this.#hasSameBytes(row, span2)) return "duplicate";
    if (this.#arena.capacityBytes + (stop - start) > MAX_ARENA_BYTES) return "refused";
    this.lastArrivalMillis = nowMillis;
    this.#view = void 0;
    this.#gaps = void 0;
    if (row !== NONE6) this.#deadBytes += this.#columns.lengthOf(row);
    const originRow = this.#rowOfOrigin(origin);
    const service = this.#rowOfString(origin.resource.facts.service);
    const hasParent = span2.parentIdStart !== NONE6;
    const startAt = this.#offset(span2.startLow, span2.startHigh) ?? this.#offset(span2.endLow, span2.endHigh) ?? 0;
    const values = {
      spanIdLow,
      spanIdHigh,
      parentIdLow: hasParent ? bytes.readUInt32BE(span2.parentIdStart + 4) : 0,
      parentIdHigh: hasParent ? bytes.readUInt32BE(span2.parentIdStart) : 0,
      start: startAt,
      // A span without an end has ended, as far as its sender will ever tell.
      end: this.#offset(span2.endLow, span2.endHigh) ?? startAt,
      name: this.#rowOfString(nameOf2(span2)),
      service,
      resource: this.#resources.numberOf(origin.resource.facts),
      origin: originRow,
      address: this.#arena.add(bytes, start, stop),
      length: stop - start,
      kind: span2.kind,
      status: span2.statusCode,
      flags: parentFlag(span2.flags)
    };
    if (row === NONE6) {
      const added = this.#columns.add(values);
      if (this.#outline !== void 0) extendOutline(this.#outline, this.#columns, added);
      return "stored";
    }
    this.#columns.set(row, values);
    this.#outline = void 0;
    this.#dropDeadBytes();
    return "duplicate";
  }
  /** The facts that the list and the retention need; cheap after each batch. */
  outline() {
    if (this.#outline === void 0) {
      const outline = emptyOutline();
      for (let row = 0; row < this.#columns.count; row++) {
        extendOutline(outline, this.#columns, row);
      }
      this.#outline = outline;
    }
    return this.#outline;
  }
  /** From start to end of a row's span, in nanoseconds; NaN without an end. */
  durationOf(row) {
    return Math.max(0, this.#columns.endOf(row) - this.#columns.startOf(row));
  }
  /** The name of a row's span. */
  nameOf(row) {
    return this.#strings.values[this.#columns.nameOf(row)] ?? "";
  }
  /** The service of a row's span. */
  serviceOf(row) {
    return this.#strings.values[this.#columns.serviceOf(row)] ?? "";
  }
  /** The processes that have sent spans of the trace. */
  get resources() {
    return this.#resources.values;
  }
  /** The message `Span` of a row, as a view. */
  bytesOf(row) {
    return this.#arena.view(this.#columns.addressOf(row), this.#columns.lengthOf(row));
  }
  /** Who sent the span of a row. */
  originOf(row) {
    return this.#origins.values[this.#columns.originOf(row)];
  }
  /** Reads all details of a row's span. */
  read(row) {
    const origin = this.originOf(row);
    return readSpan(this.bytesOf(row), origin.resource.read(), origin.readScope());
  }
  /** The rows with a span id; client and server can share it. */
  rowsOf(spanId) {
    const id = spanIdOfHex(spanId);
    const { spanIds } = this.#columns.views(false);
    return [...spanIds.keys()].filter((row) => spanIds[row] === id);
  }
  /**
   * The trace for the analysis: its columns are views of the store's, its facts are read from the bytes when
   * somebody asks for them, before the next span arrives. The result is kept for as long as somebody uses it and no span arrives.
   */
  columns() {
    const kept = this.#view?.deref();
    if (kept !== void 0) return kept;
    this.#assemble();
    const views = this.#columns.views();
    const spanCount = this.#columns.count;
    const strings = new StringTable();
    for (const text of this.#strings.values) strings.indexOf(text);
    const links = [];
    let built2;
    const facts = () => {
      built2 ??= this.#readFacts(strings, spanCount, links);
      return built2;
    };
    const view = {
      traceId: this.id,
      spanCount,
      base: this.base,
      ...views,
      strings: strings.strings,
      resourceTable: this.#resources.values,
      get facts() {
        return facts();
      },
      get links() {
        facts();
        return links;
      }
    };
    this.#view = new WeakRef(view);
    return view;
  }
  /** What is missing in the trace as of now. */
  gaps() {
    return this.#assemble();
  }
  /** Gives back what is shared with other traces. The entry is not used afterwards. */
  release() {
    for (const text of this.#strings.values) this.#shared.strings.release(text);
    for (const origin of this.#origins.values) this.#shared.origins.release(origin);
    this.#arena.release();
    this.#columns.release();
  }
  /** Brings the column of parents up to date. */
  #assemble() {
    if (this.#gaps !== void 0) return this.#gaps;
    const views = this.#columns.views(false);
    const { flags } = views;
    const spanCount = this.#columns.count;
    const { parents, cutRows } = assembleParents({ spanCount, ...views });
    views.parents.set(parents);
    for (let row = 0; row < spanCount; row++) {
      flags[row] = flags[row] & ~RowFlag.CYCLE_CUT;
    }
    for (const row of cutRows) flags[row] = flags[row] | RowFlag.CYCLE_CUT;
    let rootCount = 0;
    for (let row = 0; row < spanCount; row++) {
      if (parents[row] === NONE6 && this.#columns.hasParent(row)) rootCount++;
    }
    this.#gaps = { orphanCount: rootCount - cutRows.length, cycleCount: cutRows.length };
    return this.#gaps;
  }
  #readFacts(strings, spanCount, links) {
    const builder = new FactColumnsBuilder(strings);
    for (let row = 0; row < spanCount; row++) readFacts(this.bytesOf(row), row, builder, links);
    return builder.build();
  }
  /** Nanoseconds after the base; undefined for a time that was not sent. */
  #offset(low, high) {
    if (low === 0 && high === 0) return void 0;
    return (high - this.#baseHigh) * TWO_TO_322 + (low - this.#baseLow);
  }
  #hasSameBytes(row, { bytes, start, stop }) {
    if (this.#columns.lengthOf(row) !== stop - start) return false;
    return bytes.compare(this.bytesOf(row), 0, stop - start, start, stop) === 0;
  }
  #rowOfString(text) {
    const row = this.#strings.numberOf(text);
    return row === NONE6 ? this.#strings.add(this.#shared.strings.hold(text)) : row;
  }
  #rowOfOrigin(origin) {
    const row = this.#origins.numberOf(origin);
    if (row !== NONE6) return row;
    this.#shared.origins.holdAgain(origin);
    const { facts } = origin.resource;
    if (this.#resources.numberOf(facts) === NONE6) this.#resources.add(facts);
    return this.#origins.add(origin);
  }
  /** Copies the arena once half of it is bytes of replaced spans. */
  #dropDeadBytes() {
    if (this.#deadBytes * 2 < this.#arena.capacityBytes) return;
    const arena = new ByteArena(this.#shared.chunks);
    for (let row = 0; row < this.#columns.count; row++) {
      const bytes = this.bytesOf(row);
      this.#columns.setAddress(row, arena.add(bytes, 0, bytes.length));
    }
    this.#arena.release();
    this.#arena = arena;
    this.#deadBytes = 0;
  }
};
function emptyOutline() {
  return { mainRow: NONE6, hasRoot: false, start: Infinity, end: -Infinity, failedCount: 0 };
}
function extendOutline(outline, columns, row) {
  const start = columns.startOf(row);
  const isRoot = !columns.hasParent(row);
  const isEarlier = outline.mainRow === NONE6 || start < columns.startOf(outline.mainRow);
  if (isRoot === outline.hasRoot ? isEarlier : isRoot) {
    outline.mainRow = row;
    outline.hasRoot = isRoot;
  }
  outline.start = Math.min(outline.start, start);
  outline.end = Math.max(outline.end, start, columns.endOf(row));
  if (columns.statusOf(row) === SpanStatus.ERROR) outline.failedCount++;
}
function nameOf2({ bytes, nameStart, nameStop }) {
  return bytes.toString("utf8", nameStart, Math.min(nameStop, nameStart + MAX_NAME_BYTES));
}
function parentFlag(flags) {
  if ((flags & 256) === 0) return 0;
  return (flags & 512) === 0 ? RowFlag.LOCAL_PARENT : RowFlag.REMOTE_PARENT;
}

// lib/viewer/store/trace-logs.ts
var RECORD_BYTES = 400;
var TraceLogs = class {
  #limits;
  /** From `#first` on; the places before it are empty. */
  #logs = [];
  #first = 0;
  #byTrace = /* @__PURE__ */ new Map();
  #byteCount = 0;
  #receivedCount = 0;
  constructor(limits) {
    this.#limits = limits;
  }
  get byteCount() {
    return this.#byteCount;
  }
  /** All records that ever came. */
  get receivedCount() {
    return this.#receivedCount;
  }
  /** The records that are there now. */
  get storedCount() {
    return this.#logs.length - this.#first;
  }
  /** Copies the record. @param origin shared by the records of a request, and copied by the caller */
  add(bytes, origin) {
    const log = { bytes: Buffer.from(bytes), origin, traceId: traceIdOfLog(bytes) };
    this.#receivedCount++;
    this.#logs.push(log);
    this.#byteCount += bytesOf(log);
    if (log.traceId !== "") {
      const sameTrace = this.#byTrace.get(log.traceId);
      if (sameTrace === void 0) this.#byTrace.set(log.traceId, [log]);
      else sameTrace.push(log);
    }
    const { maxLogs, maxBytes } = this.#limits;
    while (this.storedCount > maxLogs || this.#byteCount > maxBytes) this.#dropOldest();
  }
  /** The records of a trace, in the order of their arrival. */
  ofTrace(traceId) {
    return (this.#byTrace.get(traceId) ?? []).map(readLog);
  }
  /** The number of records of a trace. */
  countOf(traceId) {
    return this.#byTrace.get(traceId)?.length ?? 0;
  }
  clear() {
    this.#logs = [];
    this.#first = 0;
    this.#byTrace.clear();
    this.#byteCount = 0;
    this.#receivedCount = 0;
  }
  #dropOldest() {
    const log = this.#logs[this.#first];
    this.#logs[this.#first++] = void 0;
    this.#byteCount -= bytesOf(log);
    const sameTrace = this.#byTrace.get(log.traceId);
    sameTrace?.shift();
    if (sameTrace?.length === 0) this.#byTrace.delete(log.traceId);
    if (this.#first * 2 > this.#logs.length) {
      this.#logs = this.#logs.slice(this.#first);
      this.#first = 0;
    }
  }
};
function bytesOf({ bytes, origin }) {
  return bytes.length + origin.resource.length + origin.scope.length + RECORD_BYTES;
}

// lib/viewer/store/trace-store.ts
var MAX_LOGS = 2e4;
var LOG_SHARE = 1 / 8;
var IDLE_SHARE = 1 / 32;
var GRAPH_SHARE = 1 / 16;
var MAX_REMEMBERED_EVICTIONS = 1e4;
var EVICTION_BYTES = 150;
var SPANS_BETWEEN_SETTLEMENTS = 2e3;
var TRACE_ID_BYTES2 = 16;
var TraceStore = class {
  #limits;
  #now;
  #entries = /* @__PURE__ */ new Map();
  #shared;
  #retention;
  #logs;
  #graph;
  #changed = /* @__PURE__ */ new Set();
  /** The ids of dropped traces, from the oldest to the newest, with the revision of the drop. */
  #evictions = /* @__PURE__ */ new Map();
  #forgottenRevision = 0;
  #revision = 0;
  #received = 0;
  #stored = 0;
  #duplicate = 0;
  #refused = 0;
  #evicted = 0;
  #tracesSeen = 0;
  /** @param now a clock in milliseconds that does not jump */
  constructor(limits, now2 = monotonicMillis) {
    this.#limits = limits;
    this.#now = now2;
    this.#shared = {
      slabs: new SlabPool(limits.maxBytes * IDLE_SHARE),
      chunks: new ChunkPool(limits.maxBytes * IDLE_SHARE),
      strings: new StringTable2(),
      origins: new OriginTable()
    };
    this.#retention = new Retention(limits);
    this.#logs = new TraceLogs({ maxLogs: MAX_LOGS, maxBytes: limits.maxBytes * LOG_SHARE });
    this.#graph = new LiveGraph({
      find: (id) => this.#entries.get(id),
      epochMillis,
      maxBytes: limits.maxBytes * GRAPH_SHARE
    });
  }
  /** The number of the latest change; {@link TraceEntry.revision} of the trace that has changed. */
  get revision() {
    return this.#revision;
  }
  /** The time by the clock of the store. */
  get nowMillis() {
    return this.#now();
  }
  /** The records of logs. */
  get logs() {
    return this.#logs;
  }
  /** The calls between services. */
  get graph() {
    return this.#graph;
  }
  get byteCount() {
    return this.#retention.byteCount + this.#graph.byteCount + this.#shared.slabs.idleBytes + this.#shared.chunks.idleBytes + this.#shared.strings.byteCount + this.#shared.origins.byteCount + this.#logs.byteCount + this.#evictions.size * EVICTION_BYTES;
  }
  counts() {
    return {
      spans: {
        received: this.#received,
        stored: this.#stored,
        duplicate: this.#duplicate,
        refused: this.#refused,
        evicted: this.#evicted
      },
      traces: { seen: this.#tracesSeen, kept: this.#entries.size },
      logs: {
        received: this.#logs.receivedCount,
        stored: this.#logs.storedCount,
        evicted: this.#logs.receivedCount - this.#logs.storedCount
      },
      byteCount: this.byteCount
    };
  }
  /** Stores the spans of an `ExportTraceServiceRequest`. */
  receiveTraces(request) {
    const refusedBefore = this.#refused;
    const receiver = new HeldOrigins(
      this.#shared.origins,
      (span2, origin) => this.#receive(span2, origin)
    );
    const { isReadable, spanCount, refusedCount } = skimSpans(request, receiver);
    receiver.release();
    this.#received += spanCount - receiver.spanCount;
    this.#refused += refusedCount;
    this.#settle();
    return { isReadable, refusedCount: this.#refused - refusedBefore };
  }
  /** Stores the records of an `ExportLogsServiceRequest`. */
  receiveLogs(request) {
    const copies = /* @__PURE__ */ new Map();
    const { isReadable, logCount } = skimLogs(request, ({ bytes, origin }) => {
      let copy = copies.get(origin);
      if (copy === void 0) {
        copy = { resource: Buffer.from(origin.resource), scope: Buffer.from(origin.scope) };
        copies.set(origin, copy);
      }
      this.#logs.add(bytes, copy);
    });
    if (logCount > 0) this.#revision++;
    this.#makeRoom();
    return { isReadable, refusedCount: 0 };
  }
  /** @param id 32 hexadecimal digits, in lower case */
  get(id) {
    return this.#entries.get(id);
  }
  /** All traces, in the order in which their first spans arrived. */
  entries() {
    return this.#entries.values();
  }
  /** @returns false if there is no such trace */
  star(id, isStarred) {
    const entry = this.#entries.get(id);
    if (entry === void 0) return false;
    this.#retention.star(entry, isStarred);
    entry.revision = ++this.#revision;
    return true;
  }
  /** The traces whose main spans have the service and name of that of a trace, from the oldest to the newest. */
  groupOf(entry) {
    return this.#retention.groupOf(entry);
  }
  /** The traces that were dropped after a revision; undefined if that was too long ago to tell. */
  evictionsSince(revision) {
    if (revision < this.#forgottenRevision) return void 0;
    const evictions = [];
    for (const [id, at] of this.#evictions) if (at > revision) evictions.push({ id, revision: at });
    return evictions;
  }
  /** Drops all traces and logs, and begins to count anew. Late spans of these traces are not stored. */
  clear() {
    this.#graph.clear();
    for (const entry of [...this.#entries.values()]) this.#drop(entry);
    this.#retention.clear();
    this.#logs.clear();
    this.#received = this.#stored = this.#duplicate = this.#refused = this.#evicted = 0;
    this.#tracesSeen = 0;
  }
  #receive(span2, origin) {
    this.#received++;
    const entry = this.#entryOf(span2);
    if (entry === void 0) {
      this.#evicted++;
      return;
    }
    const acceptance = entry.add(span2, origin, this.#now());
    if (acceptance === "stored") this.#stored++;
    else if (acceptance === "duplicate") this.#duplicate++;
    else this.#refused++;
    this.#changed.add(entry);
    if (this.#received % SPANS_BETWEEN_SETTLEMENTS === 0) this.#settle();
  }
  /** The trace of a span; undefined if it was dropped. */
  #entryOf(span2) {
    const { bytes, traceIdStart } = span2;
    const id = bytes.toString("hex", traceIdStart, traceIdStart + TRACE_ID_BYTES2);
    const known = this.#entries.get(id);
    if (known !== void 0 || this.#evictions.has(id)) return known;
    const entry = new TraceEntry(id, span2, this.#shared, this.#now());
    this.#entries.set(id, entry);
    this.#tracesSeen++;
    return entry;
  }
  /** Notes the traces that have changed, and makes room. */
  #settle() {
    for (const entry of this.#changed) {
      entry.revision = ++this.#revision;
      this.#retention.update(entry);
      this.#graph.change(entry, this.#now());
    }
    this.#changed.clear();
    this.#makeRoom();
  }
  #makeRoom() {
    const { maxBytes, maxTraces } = this.#limits;
    while (this.#entries.size > maxTraces || this.byteCount > maxBytes) {
      const entry = this.#retention.candidate();
      if (entry === void 0) return;
      this.#drop(entry);
    }
  }
  #drop(entry) {
    this.#entries.delete(entry.id);
    this.#retention.remove(entry);
    this.#graph.drop(entry);
    entry.release();
    this.#stored -= entry.spanCount;
    this.#evicted += entry.spanCount;
    this.#evictions.set(entry.id, ++this.#revision);
    if (this.#evictions.size <= MAX_REMEMBERED_EVICTIONS) return;
    const [oldest] = this.#evictions;
    this.#evictions.delete(oldest[0]);
    this.#forgottenRevision = oldest[1];
  }
};
var HeldOrigins = class {
  #table;
  #receive;
  #held = [];
  #skimmed;
  spanCount = 0;
  constructor(table, receive) {
    this.#table = table;
    this.#receive = receive;
  }
  receive(span2, skimmed) {
    if (this.#skimmed !== skimmed) {
      this.#held.push(this.#table.hold(skimmed));
      this.#skimmed = skimmed;
    }
    this.spanCount++;
    this.#receive(span2, this.#held.at(-1));
  }
  release() {
    for (const origin of this.#held) this.#table.release(origin);
  }
};

// .build/page.js
import { createHash as createHash2 } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
async function buildPage(root) {
  const folder = join(root, "lib", "viewer", "page");
  const { outputFiles, errors, warnings } = await build({
    absWorkingDir: root,
    entryPoints: [join(folder, "main.tsx")],
    outdir: join(root, "dist"),
    write: false,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    tsconfig: join(folder, "tsconfig.page.json"),
    legalComments: "none",
    logLevel: "silent"
  });
  const [problem] = [...errors, ...warnings];
  if (problem !== void 0) throw new Error(`lib/viewer/page: ${problem.text}`);
  const text = (suffix) => outputFiles.find(({ path }) => path.endsWith(suffix))?.text.trim() ?? "";
  const script2 = text(".js").replaceAll("</script", "<\\/script");
  const style = text(".css");
  const licences = licencesOf(root, ["preact", "@preact/signals", "@preact/signals-core"]);
  const parts = {
    "/* script */": script2,
    "/* style */": style,
    "<!-- licences -->": `<!-- Contains ${licences}. -->`
  };
  const html = readFileSync(join(folder, "page.html"), "utf8").replace(
    /\/\* (script|style) \*\/|<!-- licences -->/g,
    (place) => parts[place]
  );
  return { html, policy: policyOf(script2, style), gzip: gzipSync(html, { level: 9 }) };
}
function policyOf(script2, style) {
  const hashOf = (text) => `'sha256-${createHash2("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `script-src ${hashOf(script2)}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'"
  ].join("; ");
}
function licencesOf(root, packages) {
  return packages.map(
    (name) => JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"))
  ).map(({ name, version, license }) => `${name} ${version}, ${license}`).join("; ");
}

// test/pg_dev.tmp.ts
import { writeFileSync, readFileSync as readFileSync2 } from "node:fs";
import { chromium } from "playwright-core";
var built = await buildPage("/tmp/w/pagegraph");
console.log("page gzip", built.gzip.length);
var store = new TraceStore({ maxBytes: 64 * 2 ** 20, maxTraces: 1e3 });
var server = new ViewerServer({ store, host: "127.0.0.1", port: 0, hosts: [], ingestOrigins: void 0, token: void 0, diagnostics: new Diagnostics(), page: async () => built, ...JSON.parse(process.env.EXTRA ?? "{}") });
await server.listen();
var hex = (n, l) => n.toString(16).padStart(l, "0");
var rnd = 7;
var random = () => {
  rnd = Math.imul(rnd, 1664525) + 1013904223 >>> 0;
  return rnd / 2 ** 32;
};
function attrs(o) {
  return Object.entries(o).map(([key, value]) => ({ key, value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value } }));
}
function send(traceNo, t0, slow) {
  const base = BigInt(Math.round(t0)) * 1000000n;
  let id = traceNo * 100;
  const out = {};
  const add = (svc, name, kind, parent, from, to, extra = {}, failed = false) => {
    const s = { traceId: hex(traceNo + 4096, 32), spanId: hex(++id, 16), name, kind, startTimeUnixNano: String(base + BigInt(Math.round(from * 1e6))), endTimeUnixNano: String(base + BigInt(Math.round(to * 1e6))), attributes: attrs(extra), ...parent ? { parentSpanId: parent } : {}, ...failed ? { status: { code: 2, message: "it failed" }, events: [{ name: "exception", timeUnixNano: String(base + BigInt(Math.round(to * 1e6))), attributes: attrs({ "exception.type": "WarehouseOfflineError", "exception.message": "The north warehouse </script><script>alert(1)</script><!-- \u2028 does not answer" }) }] } : {} };
    (out[svc] ??= []).push(s);
    return s.spanId;
  };
  const d = 8 + random() * 20 + (slow ? 300 : 0);
  const fail2 = random() < 0.08;
  const g = add("gateway", "POST /orders", 2, void 0, 0, d, { "http.request.method": "POST", "http.route": "/orders", "http.response.status_code": fail2 ? 502 : 200 }, fail2);
  const gc = add("gateway", "POST", 3, g, 1, d - 1, { "http.request.method": "POST" }, fail2);
  const o = add("orders", "POST /orders", 2, gc, 1.5, d - 1.5, { "http.request.method": "POST", "http.route": "/orders", "http.response.status_code": fail2 ? 500 : 201 }, fail2);
  const pr = add("orders", "PricingService.price", 1, o, 2, 3.5);
  for (let i = 0; i < (slow ? 40 : 3); i++) add("orders", "SELECT items", 3, pr, 2 + i * 0.3 * (slow ? 20 : 1), 2.2 + i * 0.3 * (slow ? 20 : 1), { "db.system.name": "postgresql", "db.namespace": "shop", "db.query.text": "SELECT * FROM items WHERE id = $1", "db.operation.name": "SELECT", "db.query.summary": "SELECT items" });
  const c = add("orders", "Stock/Reserve", 3, o, 4, d - 2.5, { "rpc.system": "grpc", "rpc.method": "Reserve" }, fail2);
  const v = add("inventory", "Stock/Reserve", 2, c, 4.5, d - 3, { "rpc.system": "grpc", "error.type": fail2 ? "UNAVAILABLE" : "" }, fail2);
  add("inventory", "GET stock:1", 3, v, 4.6, 5, { "db.system.name": "redis", "db.namespace": "0" });
  if (!fail2) {
    const p = add("orders", "send paid", 4, o, d - 2, d - 1.9, { "messaging.system": "kafka", "messaging.destination.name": "paid" });
    const m = add("mail", "process paid", 5, p, d + 2, d + 9, { "messaging.system": "kafka", "messaging.destination.name": "paid" });
    add("mail", "POST", 3, m, d + 3, d + 8, { "server.address": "api.mailer.example", "server.port": 443 });
    const q = add("mail", "POST /notify", 3, m, d + 8, d + 8.5, {});
    add("gateway", "POST /notify", 2, q, d + 8.1, d + 8.4, {});
  }
  for (const [svc, spans] of Object.entries(out)) store.receiveTraces(jsonToProtobuf(Buffer.from(JSON.stringify({ resourceSpans: [{ resource: { attributes: attrs({ "service.name": svc, "host.name": "box" }) }, scopeSpans: [{ scope: { name: "t" }, spans }] }] })), TRACE_REQUEST));
}
var now = Date.now();
for (let i = 0; i < 200; i++) send(i + 1, now - 24e4 + i * 1150, i === 150);
var port = server.port;
console.log("port", port);
while (store.graph.pendingCount > 0) await new Promise((r) => setTimeout(r, 100));
var browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] });
var script = process.argv[2];
var ctx = { browser, port, store, server, send, hex, writeFileSync, readFileSync: readFileSync2, built };
await (await import(script)).default(ctx);
await browser.close();
await server.close();
process.exit(0);
