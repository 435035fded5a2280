import type { ListStreamsInput, ListStreamsOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { invalidArgument } from "../model/errors.ts";
import { decodeToken, encodeToken } from "../model/next-token.ts";
import { statusOf } from "../model/stream-record.ts";
import { Members } from "../model/validate/members.ts";
import { NAME, NEXT_TOKEN } from "../model/validate/rules.ts";
import type { KinesisContext } from "./context.ts";
import { toSecond } from "./stream-description.ts";
import { streamArn } from "./stream-lookup.ts";

const DEFAULT_LIMIT = 100;

/** ListStreams: the streams of the virtual host, by name. */
export const listStreams: Operation<KinesisContext, ListStreamsInput, ListStreamsOutput> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const { kinesis, deadline } = context;
    const members = new Members(input);
    const limit = members.integer("Limit", { min: 1, max: 10_000 }) ?? DEFAULT_LIMIT;
    const startName = members.text("ExclusiveStartStreamName", NAME);
    const token = members.text("NextToken", NEXT_TOKEN);
    members.check();
    if (startName !== undefined && token !== undefined) {
      throw invalidArgument("NextToken and ExclusiveStartStreamName cannot be provided together.");
    }
    const after = token === undefined ? (startName ?? "") : decodeToken(token, Date.now()).after;
    await kinesis.directory.refresh(deadline);
    const rest = [...kinesis.registry.state.streams.values()]
      .filter(({ name }) => name > after)
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const hasMore = page.length < rest.length && last !== undefined;
    return {
      StreamNames: page.map(({ name }) => name),
      HasMoreStreams: hasMore,
      ...(hasMore ? { NextToken: encodeToken({ streamName: "", after: last.name }, Date.now()) } : {}),
      StreamSummaries: await Promise.all(
        page.map(async (stream) => ({
          StreamName: stream.name,
          StreamARN: await streamArn(context, stream.name),
          StreamStatus: statusOf(stream),
          StreamModeDetails: { StreamMode: stream.settings.mode },
          StreamCreationTimestamp: toSecond(stream.createdAt),
        })),
      ),
    };
  },
};
