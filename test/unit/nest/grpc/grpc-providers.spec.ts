import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { GrpcClientHandler } from '../../../../lib/grpc/client/index.js';
import type { GrpcTracingOptions } from '../../../../lib/grpc/grpc-options.js';
import { GrpcServerHandler } from '../../../../lib/grpc/server/index.js';
import { TracingModule } from '../../../../lib/index.js';
import { GrpcHooks } from '../../../../lib/nest/grpc/grpc-hooks.js';
import { testTracingOptions } from '../../../../lib/testing/index.js';

async function hooksWith(grpc: GrpcTracingOptions | undefined, enabled = true): Promise<unknown[]> {
  const { options } = testTracingOptions({ grpc, enabled });
  const testing = await Test.createTestingModule({
    imports: [TracingModule.forRoot(options)],
  }).compile();
  const parts = [GrpcHooks, GrpcServerHandler, GrpcClientHandler].map((token) =>
    testing.get(token, { strict: false }),
  );
  await testing.close();
  return parts;
}

describe('the providers of gRPC', () => {
  it('are there without options', async () => {
    expect(await hooksWith(undefined)).toEqual([
      expect.any(GrpcHooks),
      expect.any(GrpcServerHandler),
      expect.any(GrpcClientHandler),
    ]);
  });

  it('hook calls where tracing is off too, to pass contexts on', async () => {
    expect((await hooksWith(undefined, false))[0]).toBeInstanceOf(GrpcHooks);
  });

  it.each([
    ['server', { server: { ignore: [7 as never] } }, /^grpc\.server\.ignore\[0\]/],
    ['client', { client: { ignore: [7 as never] } }, /^grpc\.client\.ignore\[0\]/],
  ])('let no application start whose %s options cannot be used', async (_, grpc, message) => {
    await expect(hooksWith(grpc)).rejects.toThrow(message);
  });
});
