import { describe, expect, it } from "vitest";
import type { MessageAttribute } from "@warrenmq/core/queues";
import { toMessageAttributeValues } from "./message-attribute-values.ts";
import { selectMessageAttributes } from "./message-attribute-selection.ts";

const attribute = (name: string): MessageAttribute => ({ name, dataType: "String", value: "v" });
const ATTRIBUTES = ["price", "price.net", "price.gross", "weight"].map(attribute);

describe("selectMessageAttributes", () => {
  it.each([
    [[], []],
    [["All"], ["price", "price.net", "price.gross", "weight"]],
    [[".*"], ["price", "price.net", "price.gross", "weight"]],
    [["price.*"], ["price", "price.net", "price.gross"]],
    [["price"], ["price"]],
    [
      ["weight", "price.net", "absent"],
      ["price.net", "weight"],
    ],
    [["absent"], []],
  ])("%j selects %j", (names, selected) => {
    expect(selectMessageAttributes(ATTRIBUTES, names).map(({ name }) => name)).toEqual(selected);
  });
});

describe("toMessageAttributeValues", () => {
  it("gives nothing for no attributes, because SQS leaves the member out", () => {
    expect(toMessageAttributeValues([])).toBeUndefined();
  });

  it("gives plain values, bytes as Uint8Array, and any name as an own property", () => {
    const values = toMessageAttributeValues([
      { name: "b", dataType: "Binary.png", value: Buffer.of(1, 2) },
      { name: "__proto__", dataType: "Number", value: "1" },
    ]);
    expect(Object.entries(values ?? {})).toEqual([
      ["b", { DataType: "Binary.png", BinaryValue: new Uint8Array([1, 2]) }],
      ["__proto__", { DataType: "Number", StringValue: "1" }],
    ]);
  });
});
