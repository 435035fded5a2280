const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/**
 * Parses "60s", "30m" or "2h" into seconds.
 * @throws Error for anything else
 */
export function parseDuration(text: string): number {
  const match = /^(?<amount>\d+)(?<unit>[smh])$/u.exec(text);
  const unit = match?.groups?.["unit"];
  const seconds = unit === "s" || unit === "m" || unit === "h" ? Number(match?.groups?.["amount"]) * SECONDS[unit] : 0;
  if (seconds === 0) throw new Error(`"${text}" is not a duration such as 60s, 30m or 2h`);
  return seconds;
}
