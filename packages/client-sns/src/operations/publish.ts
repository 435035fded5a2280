import type { PublishCommandInput, PublishResponse } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { invalidParameter, unsupported } from "../model/errors.ts";
import { topicFacts } from "../model/topic-facts.ts";
import { checkSize, validatePublish } from "../model/validate/publish.ts";
import { topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { requireTopic } from "./lookup.ts";
import { publishFifo, publishStandard } from "./publish-messages.ts";

/** Publish: resolves when the broker has confirmed the message for all subscribers. */
export const publish: Operation<SnsContext, PublishCommandInput, PublishResponse> = {
  status: "partial",
  difference: "To topics. PhoneNumber, and a TargetArn of a mobile endpoint, are refused.",
  async run(context, input) {
    const [arn, parameter] = targetOf(input);
    const found = requireTopic(context, arn, parameter);
    const topic = found instanceof Promise ? await found : found;
    const facts = topicFacts(topic);
    const message = validatePublish(input, facts);
    checkSize(message, facts);
    if (!facts.fifo) {
      const ownArn = topicArn(context, topic.name);
      const known = typeof ownArn === "string" ? ownArn : await ownArn;
      return { MessageId: await publishStandard(context, topic, message, known) };
    }
    const [accepted] = await publishFifo(context, topic, [message]);
    if (accepted === undefined) throw new Error("A message was published without an outcome.");
    return { MessageId: accepted.messageId, SequenceNumber: accepted.sequenceNumber };
  },
};

function targetOf({
  TopicArn,
  TargetArn,
  PhoneNumber,
}: PublishCommandInput): readonly [arn: string, parameter: string] {
  const given = [TopicArn, TargetArn, PhoneNumber].filter((target) => target !== undefined).length;
  if (given > 1) throw invalidParameter("Only one of TopicArn, TargetArn and PhoneNumber can be given");
  if (PhoneNumber !== undefined) {
    throw unsupported(
      "Publish to a PhoneNumber",
      "Publish to a topic and send the text message from a queue's consumer.",
    );
  }
  if (TargetArn !== undefined && /:endpoint\//.test(TargetArn)) {
    throw unsupported(
      "Publish to a mobile endpoint",
      "Publish to a topic and call the push service from a queue's consumer.",
    );
  }
  if (TopicArn !== undefined) return [TopicArn, "TopicArn"];
  if (TargetArn !== undefined) return [TargetArn, "TargetArn"];
  throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
}
