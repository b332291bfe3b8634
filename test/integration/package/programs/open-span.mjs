import { loadDoors } from './load-doors.mjs';

// node open-span.mjs FORMAT: prints where the library says that an open span was started.
const doors = await loadDoors(process.argv[2]);
const { createTracing } = doors['./core'];
const { createTestTracing, strictTracing } = doors['./testing'];

strictTracing(() => {});
const tracing = createTracing({ inFlight: true, registerGlobally: false });
tracing.tracer.startSpan('in flight');
const [open] = tracing.statistics.spansInFlight();
const { tracer, recorder } = createTestTracing();
tracer.startSpan('in a test');
const message = messageOf(() => recorder.verify());

console.log(JSON.stringify({ startedAt: open.startedAt, inTest: message.split('\n').at(-1) }));
await tracing.shutdown();

function messageOf(work) {
  try {
    work();
  } catch (error) {
    return error.message;
  }
  return '';
}
