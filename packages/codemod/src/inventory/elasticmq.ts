import { TextLines } from "../engine/text-lines.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";

/** A block of HOCON: `name { … }`. */
interface Block {
  readonly name: string;
  readonly offset: number;
  /** Where the body starts. */
  readonly start: number;
  readonly body: string;
}

/** Whether a file configures ElasticMQ, an emulator of SQS, with queues. */
export function isElasticMq(name: string, text: string): boolean {
  return (
    name.endsWith(".conf") &&
    /^[ \t]*queues[ \t]*[={]/m.test(text) &&
    /elasticmq|node-address|rest-sqs/.test(name + text)
  );
}

/** Reads the queues that ElasticMQ makes when it starts. */
export function readElasticMq(file: string, text: string): FileInventory {
  const builder = new InventoryBuilder(file, "configuration", new TextLines(text), file);
  // Comments are blanked, so that every place stays where it is.
  const plain = text.replaceAll(/(?<=^|\s)(?:#|\/\/)[^\n]*/g, (comment) => " ".repeat(comment.length));
  for (const { body, start } of blocksOf(plain, 0).filter(({ name }) => name === "queues")) {
    for (const { name, offset, body: options } of blocksOf(body, start)) {
      const dead = /deadLettersQueue\s*[={][^}]*?\bname\s*[=:]\s*"?([\w.-]+)/.exec(options)?.[1];
      const count = Number(/maxReceiveCount\s*[=:]\s*(\d+)/.exec(options)?.[1]);
      const visibility = /defaultVisibilityTimeout\s*[=:]\s*(\d+)\s*s/.exec(options)?.[1];
      builder.resource(offset, {
        kind: "queue",
        reference: name,
        name,
        fifo: /\bfifo\s*[=:]\s*true/.test(options) || name.endsWith(".fifo"),
        attributes: visibility === undefined ? {} : { VisibilityTimeout: visibility },
        ...(dead === undefined ? {} : { deadLetterTarget: { by: "name", name: dead } }),
        ...(Number.isInteger(count) ? { maxReceiveCount: count } : {}),
        isReference: false,
      });
      builder.flag("LOCAL_EMULATOR", offset, `ElasticMQ makes the queue ${name}`);
    }
  }
  return builder.result;
}

/** The outermost blocks of a text. */
function blocksOf(text: string, base: number): readonly Block[] {
  const blocks: Block[] = [];
  let depth = 0;
  let open: { name: string; offset: number; start: number } | undefined;
  for (const { index, 0: brace } of text.matchAll(/[{}]/g)) {
    depth += brace === "{" ? 1 : -1;
    if (brace === "{" && depth === 1) {
      const named = nameBefore(text, index);
      open = named === undefined ? undefined : { name: named.name, offset: base + named.offset, start: index };
    } else if (brace === "}" && depth === 0 && open !== undefined) {
      const { name, offset, start } = open;
      blocks.push({ name, offset, start: base + start + 1, body: text.slice(start + 1, index) });
      open = undefined;
    }
  }
  return blocks;
}

/** The name that stands before a brace, quoted or not. */
function nameBefore(text: string, brace: number): { readonly name: string; readonly offset: number } | undefined {
  const end = lastAt(text, brace, /[^\s=:]/);
  if (text[end - 1] === '"') {
    const quote = text.lastIndexOf('"', end - 2);
    return quote === -1 || quote === end - 1 ? undefined : { name: text.slice(quote + 1, end - 1), offset: quote };
  }
  const start = lastAt(text, end, /[^\w.-]/);
  return start === end ? undefined : { name: text.slice(start, end), offset: start };
}

/** Behind the last character before a place that is of a kind. */
function lastAt(text: string, place: number, kind: RegExp): number {
  let end = place;
  while (end > 0 && !kind.test(text.charAt(end - 1))) end--;
  return end;
}
