import { loadDoors } from './load-doors.mjs';

// node one-library.mjs FORMAT: prints what shows whether the doors share one copy of the library.
const doors = await loadDoors(process.argv[2]);
const { Traced, Tracer, TracingConfigError } = doors['.'];
const { GrpcTracingInterceptor } = doors['./grpc'];
const { createTestTracing, traceAsText } = doors['./testing'];

class Orders {
  place() {}
}
const place = Object.getOwnPropertyDescriptor(Orders.prototype, 'place');
Object.defineProperty(
  Orders.prototype,
  'place',
  Traced()(Orders.prototype, 'place', place) ?? place,
);

const { tracer, recorder } = createTestTracing();
tracer.trace('request', () => new Orders().place());

console.log(
  JSON.stringify({
    isTracerOfMainDoor: tracer instanceof Tracer,
    trace: traceAsText(recorder.takeSpans()),
    errorOfGrpcDoor: errorOf(() => new GrpcTracingInterceptor()) instanceof TracingConfigError,
  }),
);

function errorOf(work) {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
