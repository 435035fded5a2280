import type { ByteWriter } from "../bytes/byte-writer.ts";

/**
 * Where a subscription begins.
 *
 * - `first`: at the oldest message that is kept.
 * - `last`: at the start of the last chunk, the unit in which the broker stores messages.
 * - `next`: at what is published from now on.
 * - `offset`: at this offset, or at the oldest message that is kept when that is newer.
 * - `timestamp`: at the first chunk that was written at this time (milliseconds since 1970) or later. It may hold earlier messages
 *   of the same chunk: a chunk has one timestamp.
 */
export type OffsetSpecification =
  | { readonly type: "first" }
  | { readonly type: "last" }
  | { readonly type: "next" }
  | { readonly type: "offset"; readonly offset: number }
  | { readonly type: "timestamp"; readonly timestampMs: number };

/** Writes the specification as Subscribe and the answer to ConsumerUpdate hold it. */
export function writeOffsetSpecification(writer: ByteWriter, specification: OffsetSpecification): void {
  switch (specification.type) {
    case "first":
      writer.uint16(1);
      return;
    case "last":
      writer.uint16(2);
      return;
    case "next":
      writer.uint16(3);
      return;
    case "offset":
      writer.uint16(4).int64(specification.offset);
      return;
    case "timestamp":
      writer.uint16(5).int64(specification.timestampMs);
      return;
  }
}
