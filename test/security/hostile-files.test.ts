// Files of topology come from repositories, and from whoever may write to them.
import { parseTopology } from "@warrenmq/topology";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

function messageOf(yaml: string): string {
  try {
    parseTopology(yaml);
    return "read";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message;
  }
}

describe("a topology file", () => {
  test("of any text or value is read, or refused with an error", () => {
    const values = fc.jsonValue();
    const file = fc.record({ version: fc.constant(1), queues: values, topics: values, streams: values });
    const texts = fc.oneof(
      fc.string(),
      fc.oneof(values, file).map((value) => JSON.stringify(value)),
    );
    fc.assert(fc.property(texts, (text) => void messageOf(text)));
  });

  test("does not touch what all objects share", () => {
    const yaml = `version: 1\n__proto__: { polluted: 1 }\nqueues:\n  - name: q\n    attributes: { __proto__: { polluted: 1 } }\n`;
    const { queues } = parseTopology(yaml);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(Reflect.get(Object(queues[0]?.attributes), "polluted")).toBeUndefined();
  });

  test("of aliases that would unfold without end, or of any depth, is refused", () => {
    const levels = ["abc", ..."abcdefghi".split("")].map((name, index, all) =>
      index === 0 ? `${name}: &${name} [x,x,x,x,x,x,x,x,x]` : `${name}: &${name} [${`*${all[index - 1]},`.repeat(9)}]`,
    );
    expect(messageOf(`version: 1\n${levels.join("\n").replaceAll(",]", "]")}\nqueues: *i\n`)).toMatch(/alias/i);
    expect(messageOf("[".repeat(20_000))).not.toBe("read");
  });
});
