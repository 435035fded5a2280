/** The words of a text as a set: names in such number are read more easily without quotes. */
export function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
