import { decodeFrame, type FramedRecord } from "./wire/batch-frame.ts";

/** The part of a stored message that records are made of. */
export interface RecordSource {
  readonly kind: "record" | "batch" | "end" | "mark";
  readonly partitionKey: string | undefined;
  readonly content: Buffer;
}

/** The records of a message: one, several, or none. Bytes that only claim to be a frame are one record, so that nothing is lost. */
export function recordsOf({ kind, partitionKey, content }: RecordSource): readonly FramedRecord[] {
  if (kind === "end" || kind === "mark") return [];
  const framed = kind === "batch" ? decodeFrame(content) : undefined;
  return framed ?? [{ partitionKey, data: new Uint8Array(content.buffer, content.byteOffset, content.length) }];
}
