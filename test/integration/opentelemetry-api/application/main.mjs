const library = await import(process.argv[2]);
const { runApplications } = await import('./run-applications.cjs');
await runApplications(
  await import('nestjs-traced'),
  library.default?.work ? library.default : library,
);
