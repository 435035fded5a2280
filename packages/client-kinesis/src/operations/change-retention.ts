import { invalidArgument } from "../model/errors.ts";
import { openShards, type StreamRecord } from "../model/stream-record.ts";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { changeSettings } from "./settings-change.ts";
import { requireActiveStream } from "./stream-lookup.ts";

const MIN_HOURS = 24;
const MAX_HOURS = 8_760;

/** Sets a stream's retention period, which may only go one way. Messages as kinesalite recorded them. */
export async function changeRetention(
  context: KinesisContext,
  input: object,
  direction: "Increase" | "Decrease",
): Promise<undefined> {
  const members = new Members(input);
  const hours = members.integer("RetentionPeriodHours", { required: true }) ?? MIN_HOURS;
  const stream = await requireActiveStream(context, readStreamName(members));
  const requested = `Requested retention period (${hours} hours)`;
  if (hours < MIN_HOURS) {
    throw invalidArgument(`Minimum allowed retention period is ${MIN_HOURS} hours. ${requested} is too short.`);
  }
  if (hours > MAX_HOURS) {
    throw invalidArgument(`Maximum allowed retention period is ${MAX_HOURS} hours. ${requested} is too long.`);
  }
  const { retentionHours } = stream.settings;
  const isWrongWay = direction === "Increase" ? hours < retentionHours : hours > retentionHours;
  if (isWrongWay) {
    const [relation, other] = direction === "Increase" ? ["shorter", "Decrease"] : ["longer", "Increase"];
    throw invalidArgument(
      `${requested} for stream ${stream.name} can not be ${relation} than existing retention period ` +
        `(${retentionHours} hours). Use ${other}RetentionPeriod API.`,
    );
  }
  refuseBeyondBroker(stream, hours);
  await changeSettings(context, stream, { retentionHours: hours });
  return undefined;
}

/** How long the broker keeps a shard's records was fixed when the shard was created. */
function refuseBeyondBroker(stream: StreamRecord, hours: number): void {
  const kept = Math.min(...openShards(stream).map(({ keepHours }) => keepHours));
  if (hours <= kept) return;
  throw invalidArgument(
    `Requested retention period (${hours} hours) is longer than the ${kept} hours for which RabbitMQ keeps the records of ` +
      "this stream's shards. Create the stream, or split and merge its shards, with a client whose keepHours is larger.",
  );
}
