import { inRounds, summarize, summarizeEach } from '../rounds.js';
import { variantsOf } from '../targets.js';
import { runExportBlock } from './export-block.js';
import { generator } from './load.js';
import { receiverName } from './receiver/receiver.js';
import { countSpans, runServer } from './run-server.js';

const PLATFORMS = ['express', 'fastify', 'in-process', 'grpc', 'grpc-one-by-one', 'lifecycle'];
const EXPORT_BLOCK_SYSTEMS = ['ours', 'opentelemetry', 'untraced'];

/**
 * The whole application under load, every variant on every platform, and how long an export keeps
 * the event loop from turning.
 */
export async function runApplication({ selects, application }) {
  const subjects = PLATFORMS.flatMap((platform) =>
    variantsOf(platform).map(({ name }) => `${platform} ${name}`),
  ).filter(selects);
  const spans = await inRounds(1, subjects, (subject) => countSpans(...subject.split(' ')));
  const rounds = await inRounds(application.rounds, subjects, (subject) => {
    const [platform, variant] = subject.split(' ');
    return runServer({ platform, variant, ...application });
  });
  return {
    generator,
    receiver: receiverName,
    variants: subjects.map((subject) => {
      const [platform, variant] = subject.split(' ');
      const spansPerRequest = summarize(spans.get(subject));
      return { platform, variant, spansPerRequest, ...summarizeEach(rounds.get(subject)) };
    }),
    exportBlock: await exportBlocks(selects, application),
  };
}

async function exportBlocks(selects, { blockRounds }) {
  const systems = EXPORT_BLOCK_SYSTEMS.filter((system) => selects(`export-block ${system}`));
  const rounds = await inRounds(blockRounds, systems, runExportBlock);
  return Object.fromEntries([...rounds].map(([system, gaps]) => [system, summarizeEach(gaps)]));
}
