import type { PageEdge, PageNode } from "./page-data.ts";

/** A box with its place. A node that both sends and receives has one on either side. */
export interface Box {
  readonly key: string;
  readonly node: PageNode;
  readonly column: number;
  readonly x: number;
  readonly y: number;
}

/** A line between two boxes. */
export interface Line {
  readonly from: Box;
  readonly to: Box;
  readonly edge: PageEdge;
}

/** A map that is laid out. */
export interface MapLayout {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

/** In pixels. */
export const BOX: {
  readonly width: number;
  readonly height: number;
  readonly gapX: number;
  readonly gapY: number;
  readonly top: number;
} = {
  width: 230,
  height: 26,
  gapX: 120,
  gapY: 10,
  top: 34,
};

/** The headings of the columns. */
export const COLUMNS: readonly string[] = ["Producers", "Topics", "Queues and streams", "Consumers"];

/** Puts producers, topics, queues and consumers into columns, each box near what it is joined with. */
export function layOut(nodes: readonly PageNode[], edges: readonly PageEdge[]): MapLayout {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const keys = new Map<string, { node: PageNode; column: number }>();
  const ends = edges.flatMap((edge) => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const [fromKey, toKey] = [place(keys, from, columnOf(from, "from")), place(keys, to, columnOf(to, "to"))];
    return [{ fromKey, toKey, edge }];
  });
  for (const node of nodes)
    if (node.kind !== "actor" && node.kind !== "endpoint") place(keys, node, columnOf(node, "from"));
  const order = ordered(keys, ends);
  const boxes = new Map<string, Box>();
  let tallest = 0;
  for (const [column, columnKeys] of order.entries()) {
    tallest = Math.max(tallest, columnKeys.length);
    for (const [row, key] of columnKeys.entries()) {
      const found = keys.get(key);
      if (found === undefined) continue;
      const [x, y] = [column * (BOX.width + BOX.gapX), BOX.top + row * (BOX.height + BOX.gapY)];
      boxes.set(key, { key, node: found.node, column, x, y });
    }
  }
  const lines = ends.flatMap(({ fromKey, toKey, edge }) => {
    const [from, to] = [boxes.get(fromKey), boxes.get(toKey)];
    return from === undefined || to === undefined ? [] : [{ from, to, edge }];
  });
  const width = COLUMNS.length * (BOX.width + BOX.gapX) - BOX.gapX;
  return { boxes: [...boxes.values()], lines, width, height: BOX.top + tallest * (BOX.height + BOX.gapY) };
}

function place(keys: Map<string, { node: PageNode; column: number }>, node: PageNode, column: number): string {
  const key = `${column}:${node.id}`;
  keys.set(key, { node, column });
  return key;
}

function columnOf(node: PageNode, end: "from" | "to"): number {
  if (node.kind === "topic" || node.id.startsWith("unresolved:topic:")) return 1;
  if (node.kind === "actor") return end === "from" ? 0 : 3;
  return node.kind === "endpoint" ? 3 : 2;
}

/** The keys of each column; a few sweeps move every box towards the middle of its neighbours. */
function ordered(
  keys: ReadonlyMap<string, { column: number }>,
  ends: readonly { fromKey: string; toKey: string }[],
): string[][] {
  const columns: string[][] = COLUMNS.map(() => []);
  for (const [key, { column }] of keys) columns[column]?.push(key);
  for (const column of columns) column.sort();
  const neighbours = new Map<string, string[]>();
  for (const { fromKey, toKey } of ends) {
    neighbours.set(fromKey, [...(neighbours.get(fromKey) ?? []), toKey]);
    neighbours.set(toKey, [...(neighbours.get(toKey) ?? []), fromKey]);
  }
  for (let sweep = 0; sweep < 4; sweep++) {
    const rows = new Map(
      columns.flatMap((column) => column.map((key, row) => [key, row / Math.max(1, column.length)] as const)),
    );
    const weight = (key: string): number => {
      const near = neighbours.get(key) ?? [];
      return near.length === 0 ? 2 : near.reduce((sum, other) => sum + (rows.get(other) ?? 0), 0) / near.length;
    };
    const column = columns[sweep % 2 === 0 ? 2 : 1];
    for (const one of [column, columns[0], columns[3]]) one?.sort((left, right) => weight(left) - weight(right));
  }
  return columns;
}
