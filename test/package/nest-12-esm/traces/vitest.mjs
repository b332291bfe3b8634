export default { test: { include: ['traces/{read-traces,left-spans}.ts'] } };
