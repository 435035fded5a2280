/** A text on one line, and not longer than so many characters: findings and labels are lines of reports. */
export function oneLine(text: string, length: number = Infinity): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length - 3)}…` : line;
}
