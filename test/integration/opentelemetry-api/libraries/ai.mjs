import { generateText } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import tracingOfTest from './tracing.cjs';

const { tracing, tracer, recorder } = tracingOfTest.startTracing(process.argv[2]);

const model = new MockLanguageModelV3({
  doGenerate: () =>
    tracer.trace('model', async () => ({
      content: [{ type: 'text', text: 'A chair.' }],
      finishReason: { unified: 'stop', raw: 'stop' },
      usage: {
        inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
        outputTokens: { total: 1, text: 1, reasoning: 0 },
      },
      warnings: [],
    })),
});

await tracer.trace('request', () =>
  generateText({
    model,
    prompt: 'What is it?',
    experimental_telemetry: { isEnabled: true, functionId: 'describe' },
  }),
);
tracingOfTest.print(recorder);
await tracing.shutdown();
