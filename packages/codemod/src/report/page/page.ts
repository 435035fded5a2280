/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs in the browser, inside the page that html.ts writes; html.ts puts the modules that it needs before it.
import { detailsOf, findingTable } from "./details.ts";
import { drawing } from "./drawing.ts";
import { button, element, html } from "./elements.ts";
import { BOX, COLUMNS, layOut } from "./layout.ts";
import type { PageData, PageEdge, PageFinding, PageNode } from "./page-data.ts";

/** So many rows of findings are shown at once. */
const ROWS = 300;

const data = readData();
const search = element("search", HTMLInputElement);
const admin = element("admin", HTMLInputElement);
const plane = element("plane", HTMLElement);
const headings = element("headings", HTMLElement);
const details = element("details", HTMLElement);
const findings = element("findings", HTMLElement);
const chips = element("chips", HTMLElement);
const count = element("count", HTMLElement);
let selected: string | undefined;
let severity: string | undefined;
let rowsShown = ROWS;

search.addEventListener("input", draw);
admin.addEventListener("change", draw);
addEventListener("resize", draw);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") select(undefined);
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
});
drawTiles();
draw();

function readData(): PageData {
  const parsed: PageData = JSON.parse(document.getElementById("data")?.textContent ?? "");
  return parsed;
}

function drawTiles(): void {
  const kinds = {
    queue: "queues",
    topic: "topics",
    stream: "streams",
    actor: "producers and consumers",
    unresolved: "not resolved",
  };
  const tiles = Object.entries(kinds).map(([kind, name]) => {
    const number = data.nodes.filter((node) => node.kind === kind).length;
    return html("div", [html("b", String(number)), html("span", name)], `tile ${kind}`);
  });
  const people = data.findings.filter((finding) => finding.severity !== "info").length;
  tiles.push(html("div", [html("b", String(people)), html("span", "findings for a person")], "tile review"));
  element("tiles", HTMLElement).replaceChildren(...tiles);
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
  count.textContent = `${nodes.length} of ${data.nodes.length} boxes · ${shownEdges.length} of ${edges.length} lines`;
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

function findingText(finding: PageFinding): string {
  return `${finding.code} ${finding.severity} ${finding.title} ${finding.file} ${finding.detail}`;
}

function drawMap(nodes: readonly PageNode[], edges: readonly PageEdge[]): void {
  const layout = layOut(nodes, edges, element("map", HTMLElement).clientWidth - 36);
  const gap = (layout.width - COLUMNS.length * BOX.width) / (COLUMNS.length - 1);
  headings.replaceChildren(
    ...COLUMNS.map((title, index) => {
      const heading = html("span", title);
      heading.style.left = `${index * (BOX.width + gap)}px`;
      return heading;
    }),
  );
  plane.replaceChildren(
    headings,
    drawing(layout, (id) => select(selected === id ? undefined : id)),
  );
  highlight();
}

function select(id: string | undefined): void {
  const wasOpen = selected !== undefined;
  selected = id;
  const node = data.nodes.find((one) => one.id === id);
  details.className = node?.kind ?? "";
  details.replaceChildren(...(node === undefined ? [] : detailsOf(data, node, select)));
  // The panel takes width from the map.
  if (wasOpen === (id !== undefined)) highlight();
  else draw();
}

/** Marks the selected box and what it is joined with. */
function highlight(): void {
  const near = new Set<string>(selected === undefined ? [] : [selected]);
  for (const path of plane.querySelectorAll("path.line")) {
    const [from, to] = [path.getAttribute("data-from") ?? "", path.getAttribute("data-to") ?? ""];
    const isNear = selected !== undefined && (from === selected || to === selected);
    if (isNear) for (const id of [from, to]) near.add(id);
    path.classList.toggle("near", isNear);
    path.classList.toggle("faded", selected !== undefined && !isNear);
  }
  for (const box of plane.querySelectorAll("g.box")) {
    const id = box.getAttribute("data-id") ?? "";
    box.classList.toggle("faded", selected !== undefined && !near.has(id));
    box.classList.toggle("selected", id === selected);
  }
}

function drawFindings(found: readonly PageFinding[]): void {
  const rows = found.filter((finding) => severity === undefined || finding.severity === severity);
  chips.replaceChildren(
    ...[undefined, "blocked", "review", "info"].map((name) => {
      const number = found.filter((finding) => name === undefined || finding.severity === name).length;
      const show = (): void => {
        [severity, rowsShown] = [name, ROWS];
        drawFindings(found);
      };
      const chip = button(`${name ?? "all"} ${number}`, show, `chip ${name ?? ""}`);
      chip.setAttribute("aria-pressed", String(severity === name));
      return chip;
    }),
  );
  findings.replaceChildren(findingTable(rows.slice(0, rowsShown)));
  if (rows.length <= rowsShown) return;
  const more = button(`Show the other ${rows.length - rowsShown}`, () => {
    rowsShown = rows.length;
    drawFindings(found);
  });
  more.id = "more";
  findings.append(more);
}
