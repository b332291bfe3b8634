/** The screen "Graph". */
export function GraphScreen() {
  return <main id="main">Graph</main>;
}
