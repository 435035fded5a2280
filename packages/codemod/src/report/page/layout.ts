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
export const BOX: { readonly width: number; readonly height: number; readonly gapY: number } = {
  width: 236,
  height: 40,
  gapY: 10,
};

/** The headings of the columns. */
export const COLUMNS: readonly string[] = ["Producers", "Topics", "Queues and streams", "Consumers"];

interface End {
  readonly fromKey: string;
  readonly toKey: string;
  readonly edge: PageEdge;
}

/** Puts producers, topics, queues and consumers into columns over a width, each box beside what it is joined with. */
export function layOut(nodes: readonly PageNode[], edges: readonly PageEdge[], available: number): MapLayout {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const keys = new Map<string, { node: PageNode; column: number }>();
  const ends = edges.flatMap((edge): End[] => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const [fromKey, toKey] = [place(keys, from, columnOf(from, "from")), place(keys, to, columnOf(to, "to"))];
    return [{ fromKey, toKey, edge }];
  });
  for (const node of nodes)
    if (node.kind !== "actor" && node.kind !== "endpoint") place(keys, node, columnOf(node, "from"));
  const gapX = Math.max(70, (available - COLUMNS.length * BOX.width) / (COLUMNS.length - 1));
  const rows = rowsOf(keys, ends);
  const boxes = new Map<string, Box>();
  for (const [key, { node, column }] of keys) {
    const y = (rows.get(key) ?? 0) * (BOX.height + BOX.gapY) + 4;
    boxes.set(key, { key, node, column, x: column * (BOX.width + gapX) + 1, y });
  }
  const lines = ends.flatMap(({ fromKey, toKey, edge }) => {
    const [from, to] = [boxes.get(fromKey), boxes.get(toKey)];
    return from === undefined || to === undefined ? [] : [{ from, to, edge }];
  });
  const width = COLUMNS.length * BOX.width + (COLUMNS.length - 1) * gapX + 2;
  const height = Math.max(0, ...[...boxes.values()].map(({ y }) => y)) + BOX.height + 8;
  return { boxes: [...boxes.values()], lines, width, height };
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

/** The row of every box. What is joined lies together, and each box as near as can be to the middle of its neighbours. */
function rowsOf(keys: ReadonlyMap<string, { column: number }>, ends: readonly End[]): ReadonlyMap<string, number> {
  const groups = groupsOf(keys, ends);
  const neighbours = new Map<string, string[]>();
  for (const { fromKey, toKey } of ends) {
    neighbours.set(fromKey, [...(neighbours.get(fromKey) ?? []), toKey]);
    neighbours.set(toKey, [...(neighbours.get(toKey) ?? []), fromKey]);
  }
  const columns: string[][] = COLUMNS.map(() => []);
  const sorted = [...keys].toSorted(([left], [right]) => {
    const byGroup = (groups.get(left) ?? 0) - (groups.get(right) ?? 0);
    return byGroup === 0 ? (left < right ? -1 : 1) : byGroup;
  });
  for (const [key, { column }] of sorted) columns[column]?.push(key);
  // Queues stay in the order of their names, where people look for them; the other columns are put beside them.
  const queues = columns[2] ?? [];
  const rows = new Map(queues.map((key, row) => [key, row]));
  const wish = (key: string): number => {
    const near = (neighbours.get(key) ?? []).flatMap((other) => rows.get(other) ?? []);
    near.sort((left, right) => left - right);
    // The middle one, not the mean: a few far neighbours do not draw a topic away from its own queues.
    return near[Math.floor((near.length - 1) / 2)] ?? queues.length;
  };
  for (const index of [1, 0, 3, 1, 0]) {
    const column = columns[index] ?? [];
    const wishes = new Map(column.map((key) => [key, wish(key)]));
    column.sort((left, right) => (wishes.get(left) ?? 0) - (wishes.get(right) ?? 0));
    for (const [key, row] of packed(column, wishes)) rows.set(key, row);
  }
  const top = rows.size === 0 ? 0 : Math.min(...rows.values());
  return new Map([...rows].map(([key, row]) => [key, row - top]));
}

/** Whole rows apart, and together as near to the wishes as the order allows: neighbours that collide share their middle. */
function packed(column: readonly string[], wishes: ReadonlyMap<string, number>): (readonly [string, number])[] {
  const blocks: { start: number; keys: string[]; sum: number }[] = [];
  for (const key of column) {
    let block = { start: wishes.get(key) ?? 0, keys: [key], sum: wishes.get(key) ?? 0 };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.start + last.keys.length <= block.start) break;
      blocks.pop();
      const sum = last.sum + block.sum - last.keys.length * block.keys.length;
      const merged = [...last.keys, ...block.keys];
      block = { start: sum / merged.length, keys: merged, sum };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ start, keys }) => keys.map((key, index) => [key, start + index] as const));
}

/** A number for each set of boxes that are joined, the largest set first. */
function groupsOf(keys: ReadonlyMap<string, unknown>, ends: readonly End[]): ReadonlyMap<string, number> {
  const parents = new Map([...keys.keys()].map((key) => [key, key]));
  const root = (key: string): string => {
    let at = key;
    for (let up = parents.get(at) ?? at; up !== at; up = parents.get(at) ?? at) at = up;
    return at;
  };
  for (const { fromKey, toKey } of ends) parents.set(root(fromKey), root(toKey));
  const sizes = new Map<string, number>();
  for (const key of keys.keys()) sizes.set(root(key), (sizes.get(root(key)) ?? 0) + 1);
  const order = [...sizes].toSorted((left, right) => right[1] - left[1]).map(([key]) => key);
  const numbers = new Map(order.map((key, index) => [key, index]));
  return new Map([...keys.keys()].map((key) => [key, numbers.get(root(key)) ?? 0]));
}
