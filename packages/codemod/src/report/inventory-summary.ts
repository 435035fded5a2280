import pc from "picocolors";
import type { Inventory } from "../inventory/inventory.ts";

/** The inventory as a person reads it in a terminal: each resource with who sends, who receives and who manages. */
export function inventorySummary({ nodes, edges }: Inventory): string {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  const lines: string[] = [];
  for (const node of nodes) {
    if (node.kind === "actor" || node.kind === "endpoint") continue;
    const [first] = node.places;
    lines.push(
      `${pc.bold(node.kind)} ${node.label}  ${pc.dim(first === undefined ? "" : `${first.file}:${first.line}`)}`,
    );
    for (const { from, to, role, operation, file, line, joinedBy } of edges) {
      if (from !== node.id && to !== node.id) continue;
      const arrow = from === node.id ? "→" : "←";
      const other = from === node.id ? to : from;
      lines.push(
        `    ${arrow} ${role} ${labels.get(other) ?? other}  ${pc.dim(`${operation}, ${file}:${line}, joined by ${joinedBy}`)}`,
      );
    }
  }
  const unresolved = edges.filter(({ joinedBy }) => joinedBy === "unresolved").length;
  const count = (kind: string): number => nodes.filter((node) => node.kind === kind).length;
  lines.push(
    "",
    `${count("queue")} queues, ${count("topic")} topics, ${count("stream")} streams, ${count("actor")} actors, ${edges.length} edges (${unresolved} unresolved)`,
  );
  return lines.join("\n");
}
