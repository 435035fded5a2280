/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs in the browser, inside the page that html.ts writes. It has no dependency beside layout.ts, which is put before it.
import { BOX, COLUMNS, layOut } from "./layout.ts";
import type { Box, Line } from "./layout.ts";
import type { PageData, PageEdge, PageFinding, PageNode } from "./page-data.ts";

const SVG = "http://www.w3.org/2000/svg";

const data = readData();
const search = element("search", HTMLInputElement);
const admin = element("admin", HTMLInputElement);
const map = element("map", HTMLElement);
const details = element("details", HTMLElement);
const findings = element("findings", HTMLElement);
const count = element("count", HTMLElement);
let selected: string | undefined;

search.addEventListener("input", draw);
admin.addEventListener("change", draw);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") select(undefined);
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
});
draw();

function readData(): PageData {
  const parsed: PageData = JSON.parse(document.getElementById("data")?.textContent ?? "");
  return parsed;
}

function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}

/** Shows what matches the search, with everything that is joined with it. */
function draw(): void {
  const words = search.value
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const edges = data.edges.filter(({ role }) => admin.checked || role !== "admin");
  const hits = new Set(data.nodes.filter((node) => matches(words, nodeText(node))).map(({ id }) => id));
  const shownEdges = edges.filter((edge) => hits.has(edge.from) || hits.has(edge.to) || matches(words, edgeText(edge)));
  const shownIds = new Set([...hits, ...shownEdges.flatMap(({ from, to }) => [from, to])]);
  const nodes = data.nodes.filter(({ id }) => shownIds.has(id));
  drawMap(nodes, shownEdges);
  const rows = data.findings.filter((finding) => matches(words, findingText(finding)));
  drawFindings(rows);
  count.textContent = `${nodes.length} of ${data.nodes.length} boxes, ${shownEdges.length} of ${edges.length} lines, ${rows.length} of ${data.findings.length} findings`;
}

function matches(words: readonly string[], searched: string): boolean {
  const lower = searched.toLowerCase();
  return words.every((word) => lower.includes(word));
}

function nodeText({ label, kind, places }: PageNode): string {
  return `${label} ${kind} ${places.map(({ file, source }) => `${file} ${source}`).join(" ")}`;
}

function edgeText({ operation, role, file, joinedBy }: PageEdge): string {
  return `${operation} ${role} ${file} ${joinedBy}`;
}

function findingText({ code, severity, title, file, detail }: PageFinding): string {
  return `${code} ${severity} ${title} ${file} ${detail}`;
}

function drawMap(nodes: readonly PageNode[], edges: readonly PageEdge[]): void {
  const { boxes, lines, width, height } = layOut(nodes, edges);
  const svg = svgElement("svg", {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": "Map of producers, topics, queues and consumers",
  });
  for (const [index, title] of COLUMNS.entries()) {
    const heading = svgElement("text", { x: index * (BOX.width + BOX.gapX), y: 16, class: "heading" });
    heading.textContent = title;
    svg.append(heading);
  }
  for (const line of lines) svg.append(lineElement(line));
  for (const box of boxes) svg.append(boxElement(box));
  map.replaceChildren(svg);
  highlight();
}

function boxElement(box: Box): SVGElement {
  const group = svgElement("g", {
    class: `box ${box.node.kind}`,
    tabindex: 0,
    "data-id": box.node.id,
    transform: `translate(${box.x} ${box.y})`,
  });
  const title = svgElement("title", {});
  title.textContent = `${box.node.kind}: ${box.node.label}`;
  const label = svgElement("text", { x: 8, y: 17 });
  label.textContent = shortened(box.node.label);
  group.append(title, svgElement("rect", { width: BOX.width, height: BOX.height, rx: 4 }), label);
  group.addEventListener("click", () => select(selected === box.node.id ? undefined : box.node.id));
  group.addEventListener("keydown", (event) => {
    if (event instanceof KeyboardEvent && event.key === "Enter") select(box.node.id);
  });
  return group;
}

/** To the right where it can be; lines inside a column (dead letters) go around it. */
function lineElement({ from, to, edge }: Line): SVGElement {
  const isForward = to.column > from.column;
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [isForward ? to.x : to.x + BOX.width, to.y + BOX.height / 2];
  const bend = isForward ? Math.max(40, (x2 - x1) / 2) : 60;
  const path = svgElement("path", {
    class: `line ${edge.role}${edge.joinedBy === "unresolved" ? " unresolved" : ""}`,
    d: `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${isForward ? x2 - bend : x2 + bend} ${y2}, ${x2} ${y2}`,
    "data-from": edge.from,
    "data-to": edge.to,
  });
  const title = svgElement("title", {});
  title.textContent = `${edge.role}: ${edge.operation} (${edge.file}:${edge.line}), joined by ${edge.joinedBy}`;
  path.append(title);
  return path;
}

function shortened(label: string): string {
  return label.length > 32 ? `…${label.slice(-31)}` : label;
}

function select(id: string | undefined): void {
  selected = id;
  highlight();
}

/** Marks the selected box, what it is joined with, and shows where it stands in the repository. */
function highlight(): void {
  const near = new Set<string>(selected === undefined ? [] : [selected]);
  for (const path of map.querySelectorAll("path.line")) {
    const [from, to] = [path.getAttribute("data-from") ?? "", path.getAttribute("data-to") ?? ""];
    const isNear = selected !== undefined && (from === selected || to === selected);
    if (isNear) for (const id of [from, to]) near.add(id);
    path.classList.toggle("faded", selected !== undefined && !isNear);
  }
  for (const box of map.querySelectorAll("g.box")) {
    const id = box.getAttribute("data-id") ?? "";
    box.classList.toggle("faded", selected !== undefined && !near.has(id));
    box.classList.toggle("selected", id === selected);
  }
  showDetails(data.nodes.find(({ id }) => id === selected));
}

function showDetails(node: PageNode | undefined): void {
  if (node === undefined) {
    details.replaceChildren(text("p", "Click a box to see where it is declared and used."));
    return;
  }
  const edges = data.edges.filter(({ from, to }) => from === node.id || to === node.id);
  const labels = new Map(data.nodes.map(({ id, label }) => [id, label]));
  const places = node.places.map(({ file, line, source }) => text("li", `${file}:${line} (${source})`));
  const uses = edges.map(({ from, to, role, operation, file, line, joinedBy }) =>
    text(
      "li",
      `${role}: ${labels.get(from) ?? from} → ${labels.get(to) ?? to}, ${operation} (${file}:${line}), joined by ${joinedBy}`,
    ),
  );
  details.replaceChildren(
    text("h2", `${node.kind}: ${node.label}`),
    list(places),
    text("h3", `${edges.length} lines`),
    list(uses),
  );
}

function drawFindings(rows: readonly PageFinding[]): void {
  const head = document.createElement("tr");
  head.append(...["", "code", "where", "what", "next step"].map((title) => text("th", title)));
  const body = rows.map(({ code, severity, title, file, line, detail, nextStep }) => {
    const row = document.createElement("tr");
    row.className = severity;
    row.append(
      text("td", severity),
      text("td", code),
      text("td", `${file}:${line}`),
      text("td", `${title}: ${detail}`),
      text("td", nextStep),
    );
    return row;
  });
  const table = document.createElement("table");
  table.append(head, ...body);
  findings.replaceChildren(table);
}

function list(items: readonly HTMLElement[]): HTMLElement {
  const found = document.createElement("ul");
  found.append(...items);
  return found;
}

/** Text is set as text, never as markup: it comes from a repository. */
function text(tag: string, content: string): HTMLElement {
  const found = document.createElement(tag);
  found.textContent = content;
  return found;
}

function svgElement(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const found = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, String(value));
  if (!(found instanceof SVGElement)) throw new Error(`${tag} is no SVG`);
  return found;
}
