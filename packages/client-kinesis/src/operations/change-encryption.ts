import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { changeSettings } from "./settings-change.ts";
import { requireActiveStream } from "./stream-lookup.ts";

/** Stores the key that a stream is to be encrypted with, or that it is not to be any more. */
export async function changeEncryption(
  context: KinesisContext,
  input: object,
  change: "start" | "stop",
): Promise<undefined> {
  const members = new Members(input);
  members.text("EncryptionType", { required: true, values: ["NONE", "KMS"] });
  const keyId = members.text("KeyId", { required: true, min: 1, max: 2048 }) ?? "";
  const stream = await requireActiveStream(context, readStreamName(members));
  await changeSettings(context, stream, { encryptionKeyId: change === "start" ? keyId : "" });
  return undefined;
}
