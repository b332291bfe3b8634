import { loadDoors } from './load-doors.mjs';

// node --enable-source-maps throwing.mjs FORMAT: prints the stack of an error that the library throws.
const { '.': main } = await loadDoors(process.argv[2]);
try {
  new main.ProbabilitySampler(2);
} catch ({ stack }) {
  console.log(stack);
}
