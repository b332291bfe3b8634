export default { test: { include: ['traces/read-traces.ts'] } };
