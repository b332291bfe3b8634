import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import { nextTrace, sharedTracing, startClient, startShop } from './application/start-shop.js';

const PYTHON = process.env.TEST_PYTHON ?? 'python3';
const isGrpcThere = spawnSync(PYTHON, ['-c', 'import grpc']).status === 0;
if (!isGrpcThere) {
  process.stderr.write(`${PYTHON} has no grpc (pip install grpcio): its tests are skipped.\n`);
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** Asks for an order, for a stream of them, and for a method that nobody has. */
const CLIENT = `
import grpc, sys
metadata = (('traceparent', '00-${TRACE_ID}-b7ad6b7169203331-01'), ('x-bin', bytes([0, 255])))
with grpc.insecure_channel(sys.argv[1]) as channel:
    order = bytes([10, 1, 55])
    channel.unary_unary('/shop.Orders/Find')(order, metadata=metadata, timeout=5)
    print(len(list(channel.unary_stream('/shop.Orders/List')(order, timeout=5))), flush=True)
    try:
        channel.unary_unary('/shop.Orders/Lose')(order, timeout=5)
    except grpc.RpcError as error:
        print(error.code().name, flush=True)
`;

/** Answers with an order whose id is the traceparent that came; says its port first. */
const SERVER = `
import grpc, sys
from concurrent import futures
def find(request, context):
    sent = dict(context.invocation_metadata())
    id = sent['traceparent'].encode()
    return bytes([10, len(id)]) + id
class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(find)
server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[Handler()])
print(server.add_insecure_port('127.0.0.1:0'), flush=True)
server.start()
sys.stdin.read()
server.stop(None)
`;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function startPython(program: string, ...args: string[]): ChildProcess {
  const child = spawn(PYTHON, ['-c', program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  cleanups.push(() => child.kill('SIGKILL'));
  return child;
}

(isGrpcThere ? describe : describe.skip)('gRPC in Python', () => {
  it('as a client has its calls traced', async () => {
    const { options, recorder } = sharedTracing();
    const shop = await startShop(options);
    cleanups.push(() => shop.server.close());
    const child = startPython(CLIENT, shop.address);
    const lines: string[] = [];
    createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on(
      'line',
      (line) => lines.push(line),
    );
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(lines).toEqual(['2', 'UNIMPLEMENTED']);
    const [first] = await recorder.takeNextTrace({ spanCount: 2 });
    expect(first?.spanContext().traceId).toBe(TRACE_ID);
    expect(await nextTrace(recorder, 3)).toBe(
      'shop.Orders/List [server] rpc.status_code=OK\n  give first\n  give last',
    );
    expect(await nextTrace(recorder, 1)).toBe(
      'grpc [server] rpc.status_code=UNIMPLEMENTED ERROR "The server has no such method"',
    );
    recorder.verify();
  }, 20_000);

  it('as a server gets the context of a call', async () => {
    const { options, recorder } = sharedTracing();
    const child = startPython(SERVER);
    const [port] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    const { client, orders } = await startClient(options, `127.0.0.1:${String(port).trim()}`);
    cleanups.push(() => client.close());
    const { id } = await lastValueFrom(orders.find({ id: '7' }));
    const [span] = await recorder.takeNextTrace();
    const { traceId, spanId } = span?.spanContext() ?? {};
    expect(id).toBe(`00-${traceId}-${spanId}-01`);
    recorder.verify();
  }, 20_000);
});
