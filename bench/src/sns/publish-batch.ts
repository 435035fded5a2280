import { PublishBatchCommand } from "@warrenmq/client-sns";
import type { Scenario } from "../method/scenario.ts";
import { MESSAGE_BODY } from "../sqs/message-body.ts";
import { fanOutScenario } from "./fan-out-comparison.ts";
import type { SnsTopic } from "./sns-topic.ts";

const ENTRIES = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), Message: MESSAGE_BODY }));

/** 8 callers of PublishBatch with 10 messages each, against 80 publishers that await their confirms. */
export const publishBatch: Scenario = fanOutScenario({
  figure: {
    name: "publish-batch",
    title: "PublishBatch of 10, 8 in flight, messages a second ÷ that of publishes with 80 unconfirmed",
    unit: "×",
    target: { atLeast: 0.8 },
  },
  inFlight: 80,
  messagesPerCall: 10,
  call: publishTen,
});

async function publishTen({ client, arn }: SnsTopic): Promise<void> {
  const command = new PublishBatchCommand({ TopicArn: arn, PublishBatchRequestEntries: [...ENTRIES] });
  const { Failed = [] } = await client.send(command);
  if (Failed.length > 0) throw new Error(`PublishBatch: ${Failed[0]?.Message}`);
}
