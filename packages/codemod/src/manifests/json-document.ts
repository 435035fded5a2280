import { findNodeAtLocation, parseTree } from "jsonc-parser";
import type { Node as JsonNode, ParseError } from "jsonc-parser";
import type { Edit } from "../engine/edit.ts";
import { TextLines } from "../engine/text-lines.ts";

/** One `"key": value` of an object. */
export interface JsonProperty {
  readonly key: string;
  readonly keyNode: JsonNode;
  readonly valueNode: JsonNode;
  /** From the key's quote to the value's end. */
  readonly start: number;
  readonly end: number;
}

/** A JSON file that is changed in place: indentation, order and line ends stay. Comments and trailing commas are understood. */
export class JsonDocument {
  readonly text: string;
  readonly root: JsonNode;
  readonly lines: TextLines;
  readonly edits: Edit[] = [];

  private constructor(text: string, root: JsonNode) {
    this.text = text;
    this.root = root;
    this.lines = new TextLines(text);
  }

  /** Reads a file; nothing when it is no JSON. */
  static parse(text: string): JsonDocument | undefined {
    const errors: ParseError[] = [];
    // A byte-order mark is kept, but it is no JSON.
    const content = text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text;
    const root = parseTree(content, errors, { allowTrailingComma: true });
    return root === undefined || errors.length > 0 ? undefined : new JsonDocument(text, root);
  }

  /** The value at a path of keys. */
  at(...path: readonly string[]): JsonNode | undefined {
    return findNodeAtLocation(this.root, [...path]);
  }

  /** The properties of the object at a path; none when there is no such object. */
  properties(...path: readonly string[]): JsonProperty[] {
    return propertiesOf(path.length === 0 ? this.root : this.at(...path));
  }

  /** Replaces the text of a key or of a string value, between its quotes. */
  replaceString(rule: string, node: JsonNode, replacement: string): void {
    this.edits.push({ rule, start: node.offset + 1, end: node.offset + node.length - 1, replacement });
  }

  /** Removes a property, with the comma and the line that it took. */
  remove(rule: string, object: readonly JsonProperty[], property: JsonProperty): void {
    const index = object.findIndex(({ start }) => start === property.start);
    const [previous, next] = [object[index - 1], object[index + 1]];
    if (next !== undefined) this.edits.push({ rule, start: property.start, end: next.start, replacement: "" });
    else this.edits.push({ rule, start: previous?.end ?? property.start, end: property.end, replacement: "" });
  }

  /** Adds a property where it belongs alphabetically, if the object is sorted, else at its end. */
  insert(rule: string, object: readonly JsonProperty[], key: string, value: string): void {
    const text = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const last = object.at(-1);
    if (last === undefined) return;
    const isSorted = object.every((property, index) => index === 0 || (object[index - 1]?.key ?? "") <= property.key);
    const next = isSorted ? object.find((property) => property.key > key) : undefined;
    if (next !== undefined) {
      this.edits.push({ rule, start: next.start, end: next.start, replacement: `${text},${this.#separator(object)}` });
    } else {
      this.edits.push({ rule, start: last.end, end: last.end, replacement: `,${this.#separator(object)}${text}` });
    }
  }

  /** What stands between two properties: a line end and the indentation, or a space. */
  #separator(object: readonly JsonProperty[]): string {
    const [first] = object;
    if (first === undefined) return " ";
    const before = this.text.slice(0, first.start);
    return /(\r?\n[ \t]*)$/.exec(before)?.[1] ?? " ";
  }
}

/** The properties of an object node. */
export function propertiesOf(node: JsonNode | undefined): JsonProperty[] {
  if (node?.type !== "object") return [];
  return (node.children ?? []).flatMap((property) => {
    const [keyNode, valueNode] = property.children ?? [];
    if (keyNode === undefined || valueNode === undefined) return [];
    const end = valueNode.offset + valueNode.length;
    return [{ key: String(keyNode.value), keyNode, valueNode, start: property.offset, end }];
  });
}
