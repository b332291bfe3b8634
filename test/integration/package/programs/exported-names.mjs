import { loadDoors } from './load-doors.mjs';

// node exported-names.mjs FORMAT: prints the name of each function that a door exports.
const doors = await loadDoors(process.argv[2]);
const names = Object.entries(doors).map(([subpath, values]) => {
  const functions = Object.entries(values).filter(([, value]) => typeof value === 'function');
  return [subpath, Object.fromEntries(functions.map(([exported, { name }]) => [exported, name]))];
});
console.log(JSON.stringify(Object.fromEntries(names)));
