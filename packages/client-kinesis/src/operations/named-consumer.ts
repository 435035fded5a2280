import { invalidArgument, notFound } from "../model/errors.ts";
import { Members } from "../model/validate/members.ts";
import { CONSUMER_ARN, NAME, STREAM_ARN } from "../model/validate/rules.ts";
import { streamNameOfArn } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { requireConsumer, requireStream, type RegisteredConsumer } from "./stream-lookup.ts";

/** The consumer that a call names, by its ARN or by its stream's ARN and its name. */
export async function requireNamedConsumer(context: KinesisContext, input: object): Promise<RegisteredConsumer> {
  const members = new Members(input);
  const streamArn = members.text("StreamARN", STREAM_ARN);
  const consumerName = members.text("ConsumerName", NAME);
  const arn = members.text("ConsumerARN", CONSUMER_ARN);
  members.check();
  if (arn !== undefined) return requireConsumer(context, arn);
  if (streamArn === undefined || consumerName === undefined) {
    throw invalidArgument("Either ConsumerARN or both StreamARN and ConsumerName must be provided.");
  }
  const stream = await requireStream(context, streamNameOfArn(streamArn));
  const consumer = stream.consumers.find(({ name }) => name === consumerName);
  if (consumer !== undefined) return { stream, consumer };
  throw notFound(`Consumer ${consumerName} of stream ${stream.name} under account ${context.accountId} not found.`);
}
