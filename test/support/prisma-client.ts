import { readFile } from 'node:fs/promises';
import { getPrismaClient } from '@prisma/client/runtime/client';

/** The methods of a generated client that are used here. */
export interface PrismaSongs {
  readonly artist: PrismaModel;
  readonly song: PrismaModel;
  $transaction<T>(work: (prisma: PrismaSongs) => Promise<T>): Promise<T>;
  $queryRaw(strings: TemplateStringsArray, ...values: unknown[]): Promise<unknown[]>;
  $disconnect(): Promise<void>;
}

interface PrismaModel {
  create(options: object): Promise<unknown>;
  count(): Promise<number>;
  findMany(options?: object): Promise<unknown[]>;
  findUnique(options: object): Promise<unknown>;
}

/**
 * A client as `prisma generate` makes it: the file that it generates passes the data of
 * `prisma-songs.json`, which the generator wrote, to the same function of Prisma's runtime.
 *
 * @param tablePrefix precedes the names of the tables `artists` and `songs`
 */
export async function createPrismaClient(
  adapter: object,
  tablePrefix: string,
): Promise<PrismaSongs> {
  const text = await readFile(new URL('./prisma-songs.json', import.meta.url), 'utf8');
  const generated = JSON.parse(text.replaceAll('nt_prisma_', tablePrefix));
  const PrismaClient = getPrismaClient({
    ...generated,
    previewFeatures: [],
    clientVersion: '7.10.0',
    engineVersion: '0edf323efd1d98336f3f0a68684b56f689b900d3',
    activeProvider: 'postgresql',
    compilerWasm: {
      getRuntime: () =>
        import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs' as string),
      getQueryCompilerWasmModule: async () => {
        const path = '@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs';
        const { wasm } = await import(path);
        return compile(wasm);
      },
      importName: './query_compiler_fast_bg.js',
    },
  });
  return new PrismaClient({ adapter } as never) as never;
}

/** The types of Node do not have `WebAssembly`. */
function compile(base64: string): object {
  const { WebAssembly } = globalThis as never as {
    WebAssembly: { Module: new (bytes: Uint8Array) => object };
  };
  return new WebAssembly.Module(Buffer.from(base64, 'base64'));
}
