import { SendMessageCommand } from "@warrenmq/client-sqs";
import { p50Ms } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { MESSAGE_BODY } from "./message-body.ts";
import { sendScenario } from "./send-comparison.ts";

/** One SendMessage after the other, against one publish after the other. */
export const sendOneAtATime: Scenario = sendScenario({
  figure: {
    name: "send-one-at-a-time",
    title: "SendMessage one at a time, p50 ÷ that of publish and await the confirm",
    unit: "×",
    target: { atMost: 1.15 },
  },
  metric: p50Ms,
  inFlight: 1,
  call: (client, QueueUrl) => client.send(new SendMessageCommand({ QueueUrl, MessageBody: MESSAGE_BODY })),
});
