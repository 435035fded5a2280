import { describe, expect, test } from "vitest";
import { queueHash } from "@warrenmq/core/queues";
import {
  formatDeleteRequests,
  formatVisibilityRequests,
  parseCountRequest,
  parseDeleteReply,
  parseDeleteRequests,
  parseHeldMessages,
  parseVisibilityReply,
  parseVisibilityRequests,
} from "./control-request.ts";
import { formatReceiptHandle } from "./receipt-handle.ts";

const handle = {
  owner: "0123456789abcdef",
  delivery: 7,
  queue: queueHash("orders"),
  messageId: "8c6e4a1e-2f9f-4c49-9f27-2a9d3a0c9a11",
  unique: true,
};
const text = formatReceiptHandle(handle);

/** As another process reads it. */
function travelled(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body));
}

describe("requests between processes", () => {
  test("a request reads as it was written", () => {
    const request = { queue: "orders", handle };
    expect(parseDeleteRequests(travelled(formatDeleteRequests([request])))).toEqual([request]);
    const change = { ...request, visibilityMs: 1_000 };
    expect(parseVisibilityRequests(travelled(formatVisibilityRequests([change])))).toEqual([change]);
  });

  test.each([
    ["nothing", null],
    ["no list", { queue: "orders" }],
    ["an entry that is no list", [{ queue: "orders" }]],
    ["no queue", [[undefined, text]]],
    ["a queue that is no text", [[{}, text]]],
    ["a handle that is none", [["orders", "handle"]]],
    ["one bad entry among good ones", [["orders", text], ["orders"]]],
    ["too many entries", Array.from({ length: 101 }, () => ["orders", text])],
  ])("a delete request of %s is not read", (_what, body) => {
    expect(parseDeleteRequests(body)).toBeUndefined();
  });

  test.each([-1, 43_200_001, Number.NaN, "1", null])("a visibility timeout of %s is not read", (visibilityMs) => {
    expect(parseVisibilityRequests([["orders", text, visibilityMs]])).toBeUndefined();
  });

  test("a count request names its queue", () => {
    expect(parseCountRequest({ queue: "orders" })).toBe("orders");
    expect(parseCountRequest({ queue: 1 })).toBeUndefined();
    expect(parseCountRequest("orders")).toBeUndefined();
  });

  test("a reply must have a result for each entry", () => {
    expect(parseDeleteReply([true, false], 2)).toEqual([true, false]);
    expect(parseDeleteReply([true], 2)).toBeUndefined();
    expect(parseDeleteReply([true, "false"], 2)).toBeUndefined();
    expect(parseDeleteReply(null, 2)).toBeUndefined();
    expect(parseVisibilityReply(["changed", "beyond-limit"], 2)).toEqual(["changed", "beyond-limit"]);
    expect(parseVisibilityReply(["done"], 1)).toBeUndefined();
  });

  test("counts that are missing or none are zero", () => {
    expect(parseHeldMessages({ inFlight: 3, unseen: -1, delayed: "5" })).toEqual({
      inFlight: 3,
      unseen: 0,
      delayed: 0,
    });
    expect(parseHeldMessages(null)).toEqual({ inFlight: 0, unseen: 0, delayed: 0 });
    expect(parseHeldMessages({ inFlight: 1.5 })).toEqual({ inFlight: 0, unseen: 0, delayed: 0 });
  });
});
