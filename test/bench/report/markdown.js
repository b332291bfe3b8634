import { applicationSections } from './application-sections.js';
import { number } from './cells.js';
import { deliverySection } from './delivery-section.js';
import { fixedRateSections } from './fixed-rate-sections.js';
import { loadSection } from './load-section.js';
import { METHOD } from './method.js';
import { microSection } from './micro-section.js';
import { viewerSection } from './viewer-section.js';

/** The runs on one version of Node as the sections of a Markdown document. */
export function markdown(runs) {
  const versions = new Set(runs.map(({ machine }) => machine.node.slice(1)));
  return [`## Node ${[...versions].join(', ')}`, ...runs.flatMap(sectionsOf)].join('\n\n');
}

function sectionsOf(run) {
  const { micro, fixedRate, application, delivery, load, viewer } = run;
  return [
    headOf(run),
    ...(run.method === METHOD ? [] : [EARLIER_METHOD]),
    ...(micro ? microSection(micro) : []),
    ...(fixedRate ? fixedRateSections(fixedRate) : []),
    ...(delivery ? deliverySection(delivery) : []),
    ...(application ? applicationSections(application) : []),
    ...(load ? loadSection(load) : []),
    ...(viewer ? viewerSection(viewer) : []),
  ];
}

const EARLIER_METHOD =
  '_Measured before the method changed: CPU times are those of the whole process, after a short warm-up and with few different inputs, and the application was measured at saturation only. Not comparable with runs of the method that README.md describes._';

function headOf({ machine, quick, fixedRate, application }) {
  const facts = [
    `${machine.cores} cores, ${machine.cpu}`,
    `load of other work before the run ${number(machine.loadBefore)}`,
    machine.date,
    `commit ${machine.commit}`,
  ];
  if (machine.threadTimeSource) facts.push(`CPU time of threads by ${machine.threadTimeSource}`);
  if (fixedRate) facts.push(...factsOf(fixedRate));
  const receiver = fixedRate?.receiver ?? application?.receiver;
  if (receiver) facts.push(`receiver ${receiver}`);
  if (quick) facts.push('quick run');
  return `${facts.join('; ')}.`;
}

function factsOf({ generator, countsInstructions, seed, cycles, sliceSeconds }) {
  return [
    `fixed rates by ${generator}, ${cycles} cycles of ${sliceSeconds} s a slice in the order of seed ${seed}`,
    countsInstructions ? 'instructions by perf' : 'no count of instructions on this machine',
  ];
}
