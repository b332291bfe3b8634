/** The screen "Traces". */
export function ListScreen() {
  return <main id="main">Traces</main>;
}
