/// <reference lib="dom" />
import { button, html } from "./elements.ts";
import { namesOf } from "./drawing.ts";
import type { PageData, PageFinding, PageNode } from "./page-data.ts";

/** Where a node is declared, and every line that joins it with others. */
export function detailsOf(data: PageData, node: PageNode, choose: (id: string | undefined) => void): HTMLElement[] {
  const labels = new Map(data.nodes.map((other) => [other.id, other]));
  const edges = data.edges.filter(({ from, to }) => from === node.id || to === node.id);
  const close = button("×", () => choose(undefined));
  close.id = "close";
  close.title = "Close (Escape)";
  const { name, note } = namesOf(node);
  const places = node.places.map(({ file, line, source }) => html("li", `${file}:${line} (${source})`));
  const uses = edges.map(({ from, to, role, operation, file, line, joinedBy }) => {
    const other = labels.get(from === node.id ? to : from);
    const arrow = from === node.id ? "→" : "←";
    const to2 = button(`${arrow} ${other?.label ?? to}`, () => choose(other?.id));
    return html("li", [to2, html("small", `${role}: ${operation} (${file}:${line}), joined by ${joinedBy}`)]);
  });
  return [
    close,
    html("div", node.kind, "kind"),
    html("h2", name),
    ...(node.kind === "actor" ? [html("small", note)] : []),
    html("h3", "Where it stands"),
    html("ul", places),
    html("h3", `${edges.length} ${edges.length === 1 ? "connection" : "connections"}`),
    html("ul", uses),
  ];
}

/** The findings as a table. */
export function findingTable(rows: readonly PageFinding[]): HTMLElement {
  const titles = ["", "code", "where", "what", "next step"].map((title) => html("th", title));
  const body = rows.map(({ code, severity, title, file, line, detail, nextStep }) => {
    const cells = [severity, code, `${file}:${line}`, `${title}: ${detail}`, nextStep].map((cell) => html("td", cell));
    return html("tr", cells, severity);
  });
  return html("table", [html("tr", titles), ...body]);
}
