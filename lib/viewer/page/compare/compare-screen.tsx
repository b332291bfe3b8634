/** The screen "Compare". */
export function CompareScreen() {
  return <main id="main">Compare</main>;
}
