const CODES = { bold: 1, yellow: 33 } as const;

/** Whether the output goes to a terminal that shows colours, to a user who wants them. */
export const hasColors = process.stdout.isTTY === true && process.stdout.hasColors(16);

/** The text in that style; as it is where there are no colours. */
export function paint(style: keyof typeof CODES, text: string): string {
  return hasColors ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}
