import { renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanFile } from '../../../../lib/export/file/span-file.js';
import { TemporaryDirectory } from './temporary-directory.js';

let directory: TemporaryDirectory;
const opened: SpanFile[] = [];

function fileAt(path: string, onGone?: () => void): SpanFile {
  const file = new SpanFile(path, onGone);
  opened.push(file);
  return file;
}

beforeEach(() => {
  directory = new TemporaryDirectory();
});

afterEach(async () => {
  for (const file of opened.splice(0)) await file.discard();
  directory.remove();
});

describe('SpanFile', () => {
  it('appends, and makes the directories on the way', async () => {
    const file = fileAt(directory.file('a/b/part'));
    await file.append(Buffer.from('one\n'));
    await file.append(Buffer.from('two\n'));
    expect(directory.read('a/b/part')).toBe('one\ntwo\n');
    expect(file.lengthBytes).toBe(8);
  });

  it('can be read by nobody else', async () => {
    await fileAt(directory.file('part')).append(Buffer.from('one\n'));
    expect(statSync(directory.file('part')).mode & 0o777).toBe(0o600);
  });

  it('finishes what was written, and begins anew', async () => {
    const file = fileAt(directory.file('part'));
    await file.append(Buffer.from('one\n'));
    await file.finish(directory.file('done'));
    expect(directory.names).toEqual(['done']);
    await file.append(Buffer.from('two\n'));
    expect([directory.read('done'), directory.read('part')]).toEqual(['one\n', 'two\n']);
  });

  it('says that it was removed, and writes a new one', async () => {
    let goneCount = 0;
    const file = fileAt(directory.file('part'), () => goneCount++);
    await file.append(Buffer.from('one\n'));
    rmSync(directory.file('part'));
    await file.append(Buffer.from('two\n'));
    expect(directory.read('part')).toBe('two\n');
    expect([goneCount, file.lengthBytes]).toEqual([1, 4]);
  });

  it('leaves alone what was moved away, and writes to what stands there now', async () => {
    const file = fileAt(directory.file('part'));
    await file.append(Buffer.from('one\n'));
    renameSync(directory.file('part'), directory.file('moved'));
    writeFileSync(directory.file('part'), '');
    await file.append(Buffer.from('two\n'));
    expect([directory.read('moved'), directory.read('part')]).toEqual(['one\n', 'two\n']);
  });

  it('fails while a file stands where its directory was, and goes on afterwards', async () => {
    const file = fileAt(directory.file('a/part'));
    await file.append(Buffer.from('one\n'));
    rmSync(directory.file('a'), { recursive: true });
    writeFileSync(directory.file('a'), '');
    await expect(file.append(Buffer.from('two\n'))).rejects.toThrow(/EEXIST|ENOTDIR/);
    rmSync(directory.file('a'));
    await file.append(Buffer.from('three\n'));
    expect(directory.read('a/part')).toBe('three\n');
  });

  it('fails on a disk that is full', async () => {
    symlinkSync('/dev/full', directory.file('part'));
    const file = fileAt(directory.file('part'));
    await expect(file.append(Buffer.from('one\n'))).rejects.toThrow('ENOSPC');
    expect(file.lengthBytes).toBe(0);
  });

  it('leaves nothing behind when it is discarded', async () => {
    const file = fileAt(directory.file('part'));
    await file.discard();
    await file.append(Buffer.from('one\n'));
    await file.discard();
    expect(directory.names).toEqual([]);
  });
});
