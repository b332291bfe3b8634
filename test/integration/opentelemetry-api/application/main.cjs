const load = async () => {
  const library = process.argv[2].endsWith('.mjs')
    ? await import(process.argv[2])
    : require(process.argv[2]);
  const { runApplications } = require('./run-applications.cjs');
  await runApplications(require('nestjs-traced'), library);
};
void load();
