import type { StopStreamEncryptionInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { changeEncryption } from "./change-encryption.ts";
import type { KinesisContext } from "./context.ts";

/** StopStreamEncryption. */
export const stopStreamEncryption: Operation<KinesisContext, StopStreamEncryptionInput, undefined> = {
  status: "partial",
  difference: "The key is stored and shown. RabbitMQ encrypts no records: encrypt the broker's disks.",
  run: (context, input) => changeEncryption(context, input, "stop"),
};
