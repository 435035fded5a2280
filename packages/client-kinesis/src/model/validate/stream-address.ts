import { parseArn, parseStreamResource } from "@warrenmq/core/internal";
import { invalidArgument } from "../errors.ts";
import type { Members } from "./members.ts";
import { NAME, STREAM_ARN } from "./rules.ts";

/**
 * The stream that a request names, by StreamName, StreamARN or both. To be called after the request's other members are
 * read; it checks them all.
 * @throws OperationError `ValidationException`, `InvalidArgumentException`
 */
export function readStreamName(members: Members): string {
  const given = readGivenStreamName(members);
  if (given === undefined) throw invalidArgument("Either StreamName or StreamARN must be provided.");
  return given;
}

/** As {@link readStreamName}; `undefined` when the request names none. */
export function readGivenStreamName(members: Members): string | undefined {
  const name = members.text("StreamName", NAME);
  const arn = members.text("StreamARN", STREAM_ARN);
  members.check();
  const named = arn === undefined ? undefined : streamNameOfArn(arn);
  if (name !== undefined && named !== undefined && name !== named) {
    throw invalidArgument(`StreamName ${name} and StreamARN ${arn} name different streams.`);
  }
  return name ?? named;
}

/** The name in a stream's ARN. Account and region are not looked at: a virtual host is one account in one region. */
export function streamNameOfArn(arn: string): string {
  const name = parseStreamResource(parseArn(arn)?.resource ?? "");
  if (name === undefined) throw invalidArgument(`StreamARN ${arn} is not the ARN of a stream.`);
  return name;
}

/** What a consumer's ARN says. */
export interface ConsumerAddress {
  readonly streamName: string;
  readonly consumerName: string;
  /** Seconds since the epoch: a consumer that is registered again has another ARN. */
  readonly createdSeconds: number;
}

/** Reads a consumer's ARN; `undefined` for anything else. */
export function parseConsumerArn(arn: string): ConsumerAddress | undefined {
  const match = /^stream\/([^/]+)\/consumer\/([^/:]+):(\d+)$/u.exec(parseArn(arn)?.resource ?? "");
  const [, streamName, consumerName, seconds] = match ?? [];
  if (streamName === undefined || consumerName === undefined) return undefined;
  return { streamName, consumerName, createdSeconds: Number(seconds) };
}
