import { describe, expect, it } from "vitest";
import {
  closeResponseFrame,
  consumerUpdateResponseFrame,
  creditFrame,
  declarePublisherRequest,
  heartbeatFrame,
  metadataRequest,
  requestFrame,
  saslAuthenticateRequest,
  subscribeRequest,
  tuneFrame,
} from "./request-frame.ts";
import type { OffsetSpecification } from "./offset-specification.ts";
import type { StreamRequest } from "./request-frame.ts";

/** Key, version, correlation id 7 and body of a request, after a size that is right. */
function hex(request: StreamRequest): string {
  return withoutSize(requestFrame(request, 7));
}

function withoutSize(frame: Buffer): string {
  expect(frame.readUInt32BE(0)).toBe(frame.length - 4);
  return frame.toString("hex", 4);
}

const HEAD = "000100000007";

describe("requests", () => {
  it("declare publishers with a name or without", () => {
    expect(hex(declarePublisherRequest(3, "me", "s"))).toBe(`0001${HEAD}0300026d65000173`);
    expect(hex(declarePublisherRequest(3, undefined, "s"))).toBe(`0001${HEAD}030000000173`);
  });

  it("authenticate with bytes of a four-byte length", () => {
    expect(hex(saslAuthenticateRequest("PLAIN", Buffer.from("\0a\0b")))).toBe(
      `0013${HEAD}0005504c41494e0000000400610062`,
    );
  });

  it("list streams", () => {
    expect(hex(metadataRequest(["a", "b"]))).toBe(`000f${HEAD}00000002000161000162`);
  });

  it("count strings in bytes of UTF-8, not in characters", () => {
    expect(hex(metadataRequest(["ü"]))).toBe(`000f${HEAD}000000010002c3bc`);
  });

  it.each<[OffsetSpecification, string]>([
    [{ type: "first" }, "0001"],
    [{ type: "last" }, "0002"],
    [{ type: "next" }, "0003"],
    [{ type: "offset", offset: 2 ** 32 + 5 }, "00040000000100000005"],
    [{ type: "timestamp", timestampMs: 1_700_000_000_000 }, "00050000018bcfe56800"],
  ])("subscribe at %j", (offset, bytes) => {
    const request = subscribeRequest({ subscriptionId: 1, stream: "s", offset, credit: 10, properties: { k: "v" } });
    expect(hex(request)).toBe(`0007${HEAD}01000173${bytes}000a0000000100016b000176`);
  });
});

describe("frames without a correlation id", () => {
  it("tune, credit, heartbeat", () => {
    expect(withoutSize(tuneFrame(1_048_576, 60))).toBe("80140001001000000000003c");
    expect(withoutSize(creditFrame(2, 5))).toBe("00090001020005");
    expect(withoutSize(heartbeatFrame())).toBe("00170001");
  });
});

describe("answers to the broker", () => {
  it("close and consumer update", () => {
    expect(withoutSize(closeResponseFrame(9))).toBe("80160001000000090001");
    expect(withoutSize(consumerUpdateResponseFrame(9, { type: "first" }))).toBe("801a00010000000900010001");
    expect(withoutSize(consumerUpdateResponseFrame(9, undefined))).toBe("801a00010000000900010000");
  });
});
