/** Takes all steps of a computation at once. @returns its result */
export function finishedBy<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
