import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader } from "../bytes/byte-reader.ts";
import { prepareMessage } from "../message/prepare-message.ts";
import type { OutgoingMessage } from "../message/prepare-message.ts";
import { ReceivedMessage } from "../message/received-message.ts";
import { largestMessageBytes, PublishPacker } from "./publish-frame.ts";

interface Published {
  readonly publishingId: number;
  readonly filterValue: string | undefined;
  readonly body: string;
}

const FRAME_MAX = 300;

function pack(version: 1 | 2, messages: readonly OutgoingMessage[], firstId = 1): Buffer[] {
  const frames: Buffer[] = [];
  const packer = new PublishPacker({ publisherId: 9, version, frameMaxBytes: FRAME_MAX }, (frame) =>
    frames.push(frame),
  );
  for (const [index, message] of messages.entries()) packer.add(firstId + index, prepareMessage(message));
  packer.flush();
  return frames;
}

/** Reads a Publish frame as the broker does. */
function unpack(frame: Buffer, version: 1 | 2): Published[] {
  const reader = new ByteReader(frame);
  expect([reader.uint32(), reader.uint16(), reader.uint16(), reader.uint8()]).toEqual([
    frame.length - 4,
    2,
    version,
    9,
  ]);
  const count = reader.uint32();
  const messages = Array.from({ length: count }, () => ({
    publishingId: reader.uint64(),
    filterValue: version === 2 ? reader.nullableString() : undefined,
    body: new ReceivedMessage(0, reader.take(reader.uint32())).body.toString("hex"),
  }));
  expect(reader.remaining).toBe(0);
  return messages;
}

describe("PublishPacker", () => {
  it("packs all messages in order, in frames that are not too large", () => {
    const message = fc.record({
      body: fc.uint8Array({ maxLength: 200 }),
      filterValue: fc.option(fc.string({ maxLength: 10 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 30 }), fc.constantFrom<1 | 2>(1, 2), (messages, version) => {
        const outgoing = messages.map(({ body, filterValue }) => ({
          body,
          ...(filterValue === undefined ? {} : { filterValue }),
        }));
        const frames = pack(version, outgoing, 2 ** 33);
        for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(FRAME_MAX);
        expect(frames.flatMap((frame) => unpack(frame, version))).toEqual(
          messages.map(({ body, filterValue }, index) => ({
            publishingId: 2 ** 33 + index,
            filterValue: version === 2 ? filterValue : undefined,
            body: Buffer.from(body).toString("hex"),
          })),
        );
      }),
    );
  });

  it("fills a frame to the last byte with the largest message", () => {
    const body = Buffer.alloc(largestMessageBytes(FRAME_MAX) - 8); // the data section has 8 bytes before the body
    const [frame] = pack(1, [{ body }]);
    expect(frame?.length).toBe(FRAME_MAX);
  });

  it("sends nothing when there is nothing", () => {
    expect(pack(1, [])).toEqual([]);
  });
});
