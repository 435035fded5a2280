import { SendMessageCommand } from "@warrenmq/client-sqs";
import { perSecond } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { MESSAGE_BODY } from "./message-body.ts";
import { sendScenario } from "./send-comparison.ts";

/** 64 callers of SendMessage, against 64 publishers that await their confirms. */
export const send64InFlight: Scenario = sendScenario({
  figure: {
    name: "send-64-in-flight",
    title: "SendMessage with 64 in flight, rate ÷ that of publishes with 64 unconfirmed",
    unit: "×",
    target: { atLeast: 0.8 },
  },
  metric: perSecond,
  inFlight: 64,
  call: (client, QueueUrl) => client.send(new SendMessageCommand({ QueueUrl, MessageBody: MESSAGE_BODY })),
});
