import { runDemo } from './runner/run-demo.js';

const DEADLINE_MILLIS = 20_000;

const deadline = setTimeout(() => {
  console.error(`The demo did not end within ${DEADLINE_MILLIS} ms`);
  process.exit(1);
}, DEADLINE_MILLIS);

try {
  const isGood = await runDemo((...lines) => {
    for (const line of lines) console.log(line);
  });
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  clearTimeout(deadline);
}
