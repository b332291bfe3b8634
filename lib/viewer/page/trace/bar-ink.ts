const HATCH_SIZE = 6;

/** What drawings of bars have in common, so that it is made once for all frames. */
export class BarInk {
  readonly #hatches = new Map<string, CanvasPattern | string>();
  /** By character. */
  readonly #widths = new Map<string, number>();

  /** A pattern of oblique lines. */
  hatchOf(context: CanvasRenderingContext2D, color: string): CanvasPattern | string {
    const known = this.#hatches.get(color);
    if (known !== undefined) return known;
    const tile = context.canvas.ownerDocument.createElement('canvas');
    tile.width = HATCH_SIZE;
    tile.height = HATCH_SIZE;
    const inTile = tile.getContext('2d');
    if (inTile !== null) {
      inTile.strokeStyle = color;
      inTile.lineWidth = 1;
      inTile.beginPath();
      // The same line in this tile and in its neighbours, so that the corners are filled.
      for (const shift of [-HATCH_SIZE, 0, HATCH_SIZE]) {
        inTile.moveTo(shift - 1, HATCH_SIZE + 1);
        inTile.lineTo(shift + HATCH_SIZE + 1, -1);
      }
      inTile.stroke();
    }
    const hatch = context.createPattern(tile, 'repeat') ?? color;
    this.#hatches.set(color, hatch);
    return hatch;
  }

  /** The width of a short text in the font of the bars: measuring each one takes longer than drawing it. */
  widthOf(context: CanvasRenderingContext2D, text: string): number {
    let sum = 0;
    for (const character of text) {
      let width = this.#widths.get(character);
      if (width === undefined) {
        width = context.measureText(character).width;
        this.#widths.set(character, width);
      }
      sum += width;
    }
    return sum;
  }
}
