import { TextLines } from "../engine/text-lines.ts";
import { addressOfText, isMessagingAddress } from "./address.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";

/** Reads addresses from `.env` files. */
export function readEnvironmentFile(file: string, text: string): FileInventory {
  const builder = new InventoryBuilder(file, "configuration", new TextLines(text), file);
  for (const match of text.matchAll(/^(?:export\s+)?(\w+)\s*=\s*["']?([^"'\r\n#]*)/gm)) {
    const [, name = "", value = ""] = match;
    const isNamed = /(QUEUE|TOPIC|STREAM)_?(NAME|URL|ARN)?$/.test(name) && /^[\w.-]+$/.test(value);
    if (isMessagingAddress(value.trim()) || isNamed) builder.variable(match.index, name, addressOfText(value.trim()));
  }
  return builder.result;
}
