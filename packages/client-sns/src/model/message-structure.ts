import { parseJsonMap } from "@warrenmq/core/queues";
import { invalidParameter } from "./errors.ts";
import type { Protocol } from "./sns-registry.ts";

/** The texts of one message, by protocol. */
export interface MessageTexts {
  readonly default: string;
  readonly byProtocol: Readonly<Partial<Record<Protocol, string>>>;
}

/** A message that is the same for all. */
export function plainTexts(message: string): MessageTexts {
  return { default: message, byProtocol: {} };
}

/** Reads a message with `MessageStructure: "json"`. @throws OperationError `InvalidParameter` */
export function parseMessageStructure(message: string): MessageTexts {
  const members = parseJsonMap(message);
  if (members === undefined) throw invalidParameter("Message Structure - JSON message body failed to parse");
  const standard = members.get("default");
  if (typeof standard !== "string") {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  const byProtocol: Partial<Record<Protocol, string>> = {};
  for (const protocol of ["sqs", "http", "https"] as const) {
    const text = members.get(protocol);
    if (typeof text === "string") byProtocol[protocol] = text;
  }
  return { default: standard, byProtocol };
}

/** The text for a subscriber. */
export function textFor(texts: MessageTexts, protocol: Protocol): string {
  return texts.byProtocol[protocol] ?? texts.default;
}
