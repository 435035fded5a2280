import type { ListStreamConsumersInput, ListStreamConsumersOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { streamNotFound } from "../model/errors.ts";
import { decodeToken, encodeToken } from "../model/next-token.ts";
import { Members } from "../model/validate/members.ts";
import { NEXT_TOKEN, STREAM_ARN } from "../model/validate/rules.ts";
import { streamNameOfArn } from "../model/validate/stream-address.ts";
import { describeConsumer } from "./consumer-description.ts";
import type { KinesisContext } from "./context.ts";
import { toSecond } from "./stream-description.ts";
import { requireStream } from "./stream-lookup.ts";

const MAX_RESULTS = 100;

/** ListStreamConsumers: the registered consumers of a stream, by name. */
export const listStreamConsumers: Operation<KinesisContext, ListStreamConsumersInput, ListStreamConsumersOutput> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const members = new Members(input);
    const arn = members.text("StreamARN", { ...STREAM_ARN, required: true }) ?? "";
    const token = members.text("NextToken", NEXT_TOKEN);
    const maxResults = members.integer("MaxResults", { min: 1, max: 10_000 }) ?? MAX_RESULTS;
    const createdAtMs = members.time("StreamCreationTimestamp");
    members.check();
    const now = Date.now();
    const after = token === undefined ? "" : decodeToken(token, now).after;
    const stream = await requireStream(context, streamNameOfArn(arn));
    if (createdAtMs !== undefined && toSecond(createdAtMs).getTime() !== toSecond(stream.createdAt).getTime()) {
      throw streamNotFound(stream.name, context.accountId);
    }
    const rest = stream.consumers
      .filter(({ name }) => name > after)
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
    const page = rest.slice(0, Math.min(maxResults, MAX_RESULTS));
    const Consumers = await Promise.all(page.map((consumer) => describeConsumer(context, stream.name, consumer)));
    const last = page.at(-1);
    if (last === undefined || page.length === rest.length) return { Consumers };
    return { Consumers, NextToken: encodeToken({ streamName: stream.name, after: last.name }, now) };
  },
};
