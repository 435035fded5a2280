import { SendMessageBatchCommand } from "@warrenmq/client-sqs";
import type { SQSClient } from "@warrenmq/client-sqs";
import { perSecond } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { BATCH_ENTRIES } from "./message-body.ts";
import { sendScenario } from "./send-comparison.ts";

/** 8 callers of SendMessageBatch with 10 messages each, against 80 publishers that await their confirms. */
export const sendBatch: Scenario = sendScenario({
  figure: {
    name: "send-batch",
    title: "SendMessageBatch of 10, 8 in flight, messages a second ÷ that of publishes with 80 unconfirmed",
    unit: "×",
    target: { atLeast: 0.8 },
  },
  metric: perSecond,
  inFlight: 80,
  messagesPerCall: 10,
  call: sendTen,
});

async function sendTen(client: SQSClient, QueueUrl: string): Promise<void> {
  const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [...BATCH_ENTRIES] }));
  if (Failed !== undefined) throw new Error(`SendMessageBatch: ${Failed[0]?.Message}`);
}
