import type { StreamCommand } from "../model/stream-command.ts";
import { parseConsumerArn, streamNameOfArn } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { requireConsumer, requireStream } from "./stream-lookup.ts";

type Tags = Readonly<Record<string, string>>;
type TagCommand = StreamCommand & { readonly type: "tag-stream" | "tag-consumer" };

/** A stream or consumer that has tags. */
export interface TaggedResource {
  readonly streamName: string;
  readonly tags: Tags;
  /** The command that changes its tags. */
  change(tags: Tags, removed: readonly string[]): TagCommand;
}

/** The stream or consumer with that ARN. @throws OperationError `ResourceNotFoundException`, `InvalidArgumentException` */
export async function requireTaggedResource(context: KinesisContext, arn: string): Promise<TaggedResource> {
  if (parseConsumerArn(arn) !== undefined) {
    const { stream, consumer } = await requireConsumer(context, arn);
    const { name, incarnation } = stream;
    const on = { name, incarnation, consumer: consumer.name };
    return {
      streamName: name,
      tags: consumer.tags,
      change: (tags, removed) => ({ type: "tag-consumer", ...on, tags, removed }),
    };
  }
  const { name, incarnation, tags } = await requireStream(context, streamNameOfArn(arn));
  return {
    streamName: name,
    tags,
    change: (added, removed) => ({ type: "tag-stream", name, incarnation, tags: added, removed }),
  };
}
