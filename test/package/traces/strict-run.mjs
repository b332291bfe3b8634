import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

// node strict-run.mjs RUNNER…: runs `left-spans.ts`, which strict tests must fail, and reads the report.
const { status, stdout, stderr } = spawnSync(process.execPath, process.argv.slice(2), {
  encoding: 'utf8',
  env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', CI: 'true' },
});
const report = stdout + stderr;
console.log(report);
assert.notEqual(status, 0);
const lines = report.split('\n').map((line) => line.trim());
const first = lines.findIndex((line) =>
  line.endsWith('A test must read all spans and leave none open.'),
);
const startOf = (line, name) =>
  line.startsWith(`${name}: started at `) && /left-spans\.ts:\d+:\d+\)?$/.test(line);
assert.deepEqual(lines.slice(first + 1, first + 6), [
  'Unread (1):',
  'place order',
  'Open (1):',
  'reserve stock [parent missing, open]',
  'Started:',
]);
assert.ok(startOf(lines[first + 6], 'place order'), lines[first + 6]);
assert.ok(startOf(lines[first + 7], 'reserve stock'), lines[first + 7]);
