import type { Inventory } from "../inventory/inventory.ts";

/** The inventory as a table: a row for every resource and for every edge of the map. */
export function csvReport({ nodes, edges, resources }: Inventory): string {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  const rows = [
    ["row", "kind", "name", "from", "to", "operation", "joined by", "fifo", "source", "file", "line"],
    ...resources.map(({ kind, name, reference, fifo, source, file, line }) => [
      "resource",
      kind,
      name ?? reference.replace(/^.*#/, ""),
      "",
      "",
      "",
      "",
      String(fifo),
      source,
      file,
      String(line),
    ]),
    ...edges.map(({ role, from, to, operation, joinedBy, file, line }) => [
      "edge",
      role,
      "",
      labels.get(from) ?? from,
      labels.get(to) ?? to,
      operation,
      joinedBy,
      "",
      "",
      file,
      String(line),
    ]),
  ];
  return `${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Quoted where it must be; a spreadsheet must not take a cell for a formula. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
