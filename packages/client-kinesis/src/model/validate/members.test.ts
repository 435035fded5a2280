import { describe, expect, it } from "vitest";
import { thrownBy } from "../thrown-by.test.helper.ts";
import { Members } from "./members.ts";
import { REQUIRED_NAME } from "./rules.ts";

function checking(input: object, read: (members: Members) => unknown): string {
  return thrownBy(() => {
    const members = new Members(input);
    read(members);
    members.check();
  });
}

function readTwelve(members: Members): void {
  for (let index = 0; index < 12; index++) members.integer(`Member${index}`, { required: true });
}

function readStreamMode(members: Members): unknown {
  return members.structure("StreamModeDetails", { required: true })?.text("StreamMode", { required: true });
}

const ONE = "ValidationException: 1 validation error detected: ";

describe("a member that does not fit the API's model", () => {
  it.each([
    [{}, "Value null at 'streamName' failed to satisfy constraint: Member must not be null"],
    [
      { StreamName: "a b" },
      "Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ],
    [
      { StreamName: "a".repeat(129) },
      `Value '${"a".repeat(129)}' at 'streamName' failed to satisfy constraint: Member must have length less than or equal to 128`,
    ],
  ])("is refused in AWS's words: %o", (input, message) => {
    expect(checking(input, (members) => members.text("StreamName", REQUIRED_NAME))).toBe(ONE + message);
  });

  it("is named with the others, up to ten", () => {
    expect(checking({}, readTwelve)).toMatch(
      /^ValidationException: 10 validation errors detected: Value null at 'member0' .*; .*'member9'/u,
    );
  });

  it("is refused by range, number and enumeration", () => {
    const rule = { min: 1, max: 10 };
    expect(checking({ Limit: 0 }, (members) => members.integer("Limit", rule))).toBe(
      `${ONE}Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
    expect(checking({ Limit: 11 }, (members) => members.integer("Limit", rule))).toContain("less than or equal to 10");
    expect(checking({ Type: "X" }, (members) => members.text("Type", { values: ["A", "B"] }))).toBe(
      `${ONE}Value 'X' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [A, B]`,
    );
    expect(checking({ Data: Buffer.alloc(3) }, (members) => members.bytes("Data", { max: 2 }))).toBe(
      `${ONE}Value 'java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]' at 'data' failed to satisfy constraint: Member must have length less than or equal to 2`,
    );
    expect(checking({ TagKeys: ["", "a"] }, (members) => members.texts("TagKeys", { maxLength: 128 }))).toBe(
      `${ONE}Value '[, a]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length ` +
        "less than or equal to 128, Member must have length greater than or equal to 1]",
    );
    expect(checking({ Tags: { a: "x".repeat(257) } }, (members) => members.tags("Tags", {}))).toContain(
      "Map value must satisfy constraint: [Member must have length less than or equal to 256",
    );
  });

  it("inside of a structure is named by its path", () => {
    expect(checking({ StreamModeDetails: {} }, readStreamMode)).toBe(
      `${ONE}Value null at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must not be null`,
    );
  });
});

describe("a member of another type", () => {
  it.each([
    ["text", true, "class java.lang.Boolean can not be converted to an String"],
    ["text", 1, "class java.math.BigDecimal can not be converted to an String"],
    ["text", [], "Start of list found where not expected"],
    ["text", {}, "Start of structure or map found where not expected."],
    ["integer", "1", "class java.lang.String can not be converted to an Integer"],
    ["bytes", 1, "class java.math.BigDecimal can not be converted to a Blob"],
    ["texts", "a", "Expected list or null"],
    ["tags", [], "Start of list found where not expected"],
  ] as const)("read as %s, is not serialised: %o", (kind, value, message) => {
    expect(checking({ Member: value }, (members) => members[kind]("Member", {}))).toBe(
      `SerializationException: ${message}`,
    );
  });

  it("is absent when it is null", () => {
    expect(checking({ Member: null }, (members) => members.text("Member", {}))).toBe("nothing");
  });

  it("is taken where the SDK takes it: texts and views as bytes, seconds as a time", () => {
    const members = new Members({ Text: "ä", View: new DataView(new ArrayBuffer(3)), Seconds: 2, Day: new Date(5) });
    expect(members.bytes("Text", {})).toHaveLength(2);
    expect(members.bytes("View", {})).toHaveLength(3);
    expect(members.time("Seconds")).toBe(2000);
    expect(members.time("Day")).toBe(5);
  });
});
