import { describe, expect, it } from "vitest";
import { md5OfMessageAttributes } from "./message-attribute-digest.ts";
import { sha256, md5 } from "./md5.ts";
import type { MessageAttributes } from "./message-attribute.ts";

// Digests that moto, LocalStack and other emulators pin in their tests as AWS's.
const VECTORS: readonly (readonly [label: string, digest: string, attributes: MessageAttributes])[] = [
  ["a Number", "235c5c510d26fb653d073faed50ae77c", [{ name: "timestamp", dataType: "Number", value: "1493147359900" }]],
  [
    "a name with dots and hyphens",
    "36655e7e9d7c0e8479fa3f3f42247ae7",
    [{ name: "SOME_Valid.attribute-Name", dataType: "Number", value: "1493147359900" }],
  ],
  ["a String", "7db7fb1ba7f41366a8ea5eb18220b26d", [{ name: "Hello", dataType: "String", value: "World" }]],
  [
    "names and values outside ASCII",
    "8ae21a7957029ef04146b42aeaa18a22",
    [
      { name: "ccc", dataType: "String", value: "testjunk" },
      { name: "aaa", dataType: "Binary", value: Buffer.of(2, 3, 4) },
      { name: "zzz", dataType: "Number", value: "0230.01" },
      { name: "öther_encodings", dataType: "String", value: "Tüst" },
    ],
  ],
  [
    "a custom type",
    "797ab158d73dcb5242dedc4412c8e855",
    [{ name: "UserId", dataType: "Number.bigint", value: "1234567890123456789012" }],
  ],
  [
    "text and bytes together",
    "c5c0d2c6f195fcbc91083c5465d8955f",
    [
      { name: "Dummy3Name", dataType: "Binary", value: Buffer.from("dummy 2 value") },
      { name: "Dummy2Name", dataType: "String", value: "dummy 2 value" },
      { name: "Dummy1Name", dataType: "String", value: "dummy 1 value" },
    ],
  ],
  [
    "an AWSTraceHeader",
    "5ae4d5d7636402d80f4eb6d213245a88",
    [
      {
        name: "AWSTraceHeader",
        dataType: "String",
        value: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
      },
    ],
  ],
];

describe("md5OfMessageAttributes", () => {
  it.each(VECTORS)("gives AWS's digest for %s", (_label, digest, attributes) => {
    expect(md5OfMessageAttributes(attributes)).toBe(digest);
    expect(md5OfMessageAttributes(attributes.toReversed())).toBe(digest);
  });

  it("gives nothing for no attributes", () => {
    expect(md5OfMessageAttributes([])).toBeUndefined();
  });
});

describe("md5 and sha256", () => {
  it("hash text as UTF-8, and bytes as they are", () => {
    expect(md5("Test Message")).toBe("d1d4180b7e411c4be86b00fb2ee103eb");
    expect(md5("é")).toBe(md5(Buffer.from([0xc3, 0xa9])));
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});
