import type { Figure } from "../method/figure.ts";
import type { Interval, Spread } from "../method/statistics.ts";

/** "0.93 ×", "16.2 µs", or "–" where nothing was measured. */
export function valueText({ value, unit }: Figure): string {
  return value === null ? "–" : `${amount(value)} ${unit}`;
}

/** "≤ 1.15 ×". */
export function targetText({ target, bound, unit }: Figure): string {
  return `${bound === "at most" ? "≤" : "≥"} ${target} ${unit}`;
}

/** "pass", "short", or "failed" where nothing was measured. */
export function verdict({ value, pass }: Figure): string {
  if (value === null) return "failed";
  return pass ? "pass" : "short";
}

/** "0.91–0.97", or nothing. */
export function rangeText(spread: Spread | undefined): string {
  return spread === undefined ? "" : `${amount(spread.min)}–${amount(spread.max)}`;
}

/** "0.95–1.02", or nothing. */
export function confidenceText(confidence: Interval | undefined): string {
  return confidence === undefined ? "" : `${amount(confidence.low)}–${amount(confidence.high)}`;
}

/** "warrenmq 9120/s, p50 0.93 ms; amqplib …": a side a line; and the broker, where the scenario had its own. */
export function detailsText({ details = {}, brokerVersion, error }: Figure): string {
  if (error !== undefined) return error;
  const lines = Object.entries(details).map(([name, values]) => {
    const parts = Object.entries(values).map(([key, value]) => `${key} ${amount(value)}`);
    return `${name}: ${parts.join(", ")}`;
  });
  return [...lines, ...(brokerVersion === undefined ? [] : [`on RabbitMQ ${brokerVersion}`])].join("\n");
}

/** Three significant digits, and whole numbers from 100 on. */
export function amount(value: number): string {
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
