import { PublishCommand } from "@warrenmq/client-sns";
import type { Scenario } from "../method/scenario.ts";
import { MESSAGE_BODY } from "../sqs/message-body.ts";
import { fanOutScenario } from "./fan-out-comparison.ts";

/** 64 callers of Publish, against 64 publishers that await their confirms. What the queues get is SNS's document. */
export const publishThreeQueues: Scenario = fanOutScenario({
  figure: {
    name: "publish-three-queues",
    title: "Publish to a topic with 3 queues, 64 in flight, rate ÷ that of publishes to an exchange with 3 bindings",
    unit: "×",
    target: { atLeast: 0.8 },
  },
  inFlight: 64,
  call: ({ client, arn }) => client.send(new PublishCommand({ TopicArn: arn, Message: MESSAGE_BODY })),
});
