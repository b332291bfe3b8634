export default { test: { include: ['traces/left-spans.ts'] } };
