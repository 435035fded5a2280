import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@warrenmq/client-sqs";

/** MD5 of text or bytes, in hexadecimal. */
export function md5Hex(data: string | Uint8Array): string {
  return createHash("md5").update(data).digest("hex");
}

/**
 * `MD5OfMessageAttributes`, written a second time from AWS's description ("Calculating the MD5 message digest for message
 * attributes" in the SQS developer guide), so that tests do not check our code against itself.
 */
export function awsAttributesMd5(attributes: Readonly<Record<string, MessageAttributeValue>>): string {
  const hash = createHash("md5");
  const field = (data: string | Uint8Array): void => {
    const bytes = Buffer.from(data);
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).toSorted()) {
    const { DataType = "", StringValue, BinaryValue } = attributes[name] ?? {};
    field(name);
    field(DataType);
    hash.update(Uint8Array.of(BinaryValue === undefined ? 1 : 2));
    field(BinaryValue ?? StringValue ?? "");
  }
  return hash.digest("hex");
}
