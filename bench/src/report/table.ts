import Table from "cli-table3";
import type { Figure } from "../method/figure.ts";
import { confidenceText, detailsText, rangeText, targetText, valueText, verdict } from "./figure-text.ts";

/** The figures as a table for a terminal or a log. */
export function figuresTable(figures: readonly Figure[]): string {
  const table = new Table({
    head: ["figure", "measured", "target", "", "95 % confidence", "rounds", "noise", "behind it (medians)"],
    style: { head: [], border: [] },
  });
  for (const figure of figures) {
    table.push([
      figure.name,
      valueText(figure),
      targetText(figure),
      verdict(figure),
      confidenceText(figure.confidence),
      rangeText(figure.spread),
      rangeText(figure.noise),
      detailsText(figure),
    ]);
  }
  return table.toString();
}
