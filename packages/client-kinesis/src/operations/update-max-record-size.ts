import type { UpdateMaxRecordSizeInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { readMaxRecordSize } from "../model/validate/create-stream.ts";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { changeSettings } from "./settings-change.ts";
import { requireActiveStream } from "./stream-lookup.ts";

/** UpdateMaxRecordSize: how large a record may be, from 1 to 10 MiB. */
export const updateMaxRecordSize: Operation<KinesisContext, UpdateMaxRecordSizeInput, undefined> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const members = new Members(input);
    const maxRecordSizeInKiB = readMaxRecordSize(members, true) ?? 0;
    const stream = await requireActiveStream(context, readStreamName(members));
    await changeSettings(context, stream, { maxRecordSizeInKiB });
    return undefined;
  },
};
