/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { svg } from "./elements.ts";
import { BOX } from "./layout.ts";
import type { Box, Line, MapLayout } from "./layout.ts";
import type { PageNode } from "./page-data.ts";

/** Draws a map that is laid out; a click or Enter on a box chooses its node. */
export function drawing({ boxes, lines, width, height }: MapLayout, choose: (id: string) => void): SVGElement {
  const drawn = svg("svg", {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": "Map of producers, topics, queues and consumers",
  });
  for (const line of lines) drawn.append(lineElement(line));
  for (const box of boxes) drawn.append(boxElement(box, choose));
  return drawn;
}

/** What an actor's label says: the function, and the file it stands in. */
export function namesOf({ label, kind, places }: PageNode): { readonly name: string; readonly note: string } {
  const [file, action] = label.split(" · ");
  if (kind === "actor" && file !== undefined && action !== undefined) return { name: action, note: file };
  const sources = [...new Set(places.map(({ source }) => source))].join(", ");
  if (kind === "actor") return { name: label, note: sources };
  return { name: label, note: kind === "unresolved" ? "not resolved" : `${kind} · ${sources}` };
}

function boxElement({ node, x, y }: Box, choose: (id: string) => void): SVGElement {
  const group = svg("g", {
    class: `box ${node.kind}`,
    tabindex: 0,
    "data-id": node.id,
    transform: `translate(${x} ${y})`,
  });
  const { name, note } = namesOf(node);
  group.append(
    svg("title", {}, `${node.kind}: ${node.label}`),
    svg("rect", { class: "face", width: BOX.width, height: BOX.height, rx: 7 }),
    svg("rect", { class: "edge", y: 7, width: 4, height: BOX.height - 14, rx: 2 }),
    svg("text", { class: "name", x: 14, y: 17 }, shortened(name, 28)),
    svg("text", { class: "note", x: 14, y: 32 }, shortened(note, 36)),
  );
  group.addEventListener("click", () => choose(node.id));
  group.addEventListener("keydown", (event) => {
    if (event instanceof KeyboardEvent && event.key === "Enter") choose(node.id);
  });
  return group;
}

/** To the right where it can be; lines inside a column (dead letters) go around it. */
function lineElement({ from, to, edge }: Line): SVGElement {
  const isForward = to.column > from.column;
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [isForward ? to.x : to.x + BOX.width, to.y + BOX.height / 2];
  const bend = isForward ? Math.max(36, (x2 - x1) / 2) : Math.min(64, 24 + Math.abs(y2 - y1) / 10);
  const path = svg("path", {
    class: `line ${edge.role}${edge.joinedBy === "unresolved" ? " unresolved" : ""}`,
    d: `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${isForward ? x2 - bend : x2 + bend} ${y2}, ${x2} ${y2}`,
    "data-from": edge.from,
    "data-to": edge.to,
  });
  const told = `${edge.role}: ${edge.operation} (${edge.file}:${edge.line}), joined by ${edge.joinedBy}`;
  path.append(svg("title", {}, told));
  return path;
}

function shortened(label: string, length: number): string {
  return label.length > length ? `…${label.slice(1 - length)}` : label;
}
