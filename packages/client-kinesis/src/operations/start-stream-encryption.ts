import type { StartStreamEncryptionInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { changeEncryption } from "./change-encryption.ts";
import type { KinesisContext } from "./context.ts";

/** StartStreamEncryption. */
export const startStreamEncryption: Operation<KinesisContext, StartStreamEncryptionInput, undefined> = {
  status: "partial",
  difference: "The key is stored and shown. RabbitMQ encrypts no records: encrypt the broker's disks.",
  run: (context, input) => changeEncryption(context, input, "start"),
};
