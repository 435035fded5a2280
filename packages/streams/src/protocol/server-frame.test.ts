import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader } from "../bytes/byte-reader.ts";
import { ProtocolError } from "../bytes/protocol-error.ts";
import { readCommandVersions, readMetadata, readProperties, readStreamStats, readStrings } from "./response-body.ts";
import { decodeServerFrame, readPublishErrors, readPublishingIds } from "./server-frame.ts";
import type { ServerFrame } from "./server-frame.ts";

function decode(hex: string): ServerFrame {
  return decodeServerFrame(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

describe("decodeServerFrame", () => {
  it("reads publish confirms", () => {
    const frame = decode("0003 0001 05 00000002 0000000000000007 0000000100000000");
    if (frame.type !== "publish-confirm") throw new Error(frame.type);
    const ids: number[] = [];
    readPublishingIds(frame.body, (id) => ids.push(id));
    expect([frame.publisherId, ids]).toEqual([5, [7, 2 ** 32]]);
  });

  it("reads publish errors", () => {
    const frame = decode("0004 0001 05 00000001 0000000000000007 0012");
    if (frame.type !== "publish-error") throw new Error(frame.type);
    const errors: [number, number][] = [];
    readPublishErrors(frame.body, (id, code) => errors.push([id, code]));
    expect(errors).toEqual([[7, 0x12]]);
  });

  it("reads deliveries of both versions; the second has the committed chunk id, which may be none", () => {
    expect(decode("0008 0001 02 aabb")).toEqual({
      type: "deliver",
      subscriptionId: 2,
      committedChunkId: undefined,
      chunk: Buffer.from("aabb", "hex"),
    });
    expect(decode("0008 0002 02 0000000000000009 aabb")).toMatchObject({ committedChunkId: 9 });
    expect(decode("0008 0002 02 ffffffffffffffff aabb")).toMatchObject({ committedChunkId: -1 });
  });

  it("reads what the broker says unasked", () => {
    expect(decode("0010 0001 0006 0001 61")).toEqual({ type: "metadata-update", code: 6, stream: "a" });
    expect(decode("0014 0001 00100000 0000003c")).toEqual({
      type: "tune",
      frameMaxBytes: 1_048_576,
      heartbeatSeconds: 60,
    });
    expect(decode("0017 0001")).toEqual({ type: "heartbeat" });
    expect(decode("8009 0001 0004 03")).toEqual({ type: "credit-refused", code: 4, subscriptionId: 3 });
    expect(decode("0016 0001 00000001 000d 0001 78")).toEqual({
      type: "close",
      correlationId: 1,
      code: 13,
      reason: "x",
    });
    expect(decode("001a 0001 00000001 02 01")).toEqual({
      type: "consumer-update",
      correlationId: 1,
      subscriptionId: 2,
      active: true,
    });
  });

  it("refuses commands and versions that it does not know", () => {
    expect(() => decode("0055 0001")).toThrow(ProtocolError);
    expect(() => decode("0003 0002 05 00000000")).toThrow(ProtocolError);
  });

  it("answers any bytes with a frame or a ProtocolError", () => {
    const frame = fc.tuple(fc.constantFrom("0003", "0004", "0008", "0010", "0016", "800f", "0001"), fc.uint8Array());
    fc.assert(
      fc.property(frame, ([key, rest]) => {
        expectProtocolError(() => {
          const decoded = decodeServerFrame(Buffer.concat([Buffer.from(`${key}0001`, "hex"), rest]));
          if (decoded.type === "publish-confirm") readPublishingIds(decoded.body, () => undefined);
          if (decoded.type === "publish-error") readPublishErrors(decoded.body, () => undefined);
        });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the bodies of responses", () => {
  it("metadata: nodes, leaders, replicas, and streams that are not there", () => {
    const body = Buffer.from(
      "00000002 0000 0001 61 000015b0 0001 0001 62 000015b1 00000002 0001 73 0001 0001 00000001 0000 0001 74 0002 ffff 00000000".replaceAll(
        " ",
        "",
      ),
      "hex",
    );
    expect(readMetadata(new ByteReader(body))).toEqual([
      { stream: "s", code: 1, leader: { host: "b", port: 5553 }, replicas: [{ host: "a", port: 5552 }] },
      { stream: "t", code: 2, leader: undefined, replicas: [] },
    ]);
  });

  it("any bytes give a result or a ProtocolError", () => {
    const readers = [readMetadata, readProperties, readStrings, readStreamStats, readCommandVersions];
    const bytes = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(fc.constantFrom(...readers), bytes, (read, body) => {
        expectProtocolError(() => read(new ByteReader(Buffer.from(body))));
      }),
      { numRuns: 2_000 },
    );
  });
});

function expectProtocolError(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}
