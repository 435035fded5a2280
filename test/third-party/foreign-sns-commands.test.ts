// Commands of AWS's own package on our client: libraries bring their own copy of the SDK.
import { CreateTopicCommand, DeleteTopicCommand, PublishCommand } from "@aws-sdk/client-sns";
import { uniqueName } from "@warrenmq/testing";
import { expect, test } from "vitest";
import { testSnsClient } from "../support/sns.ts";

test("commands of AWS's package are answered", async () => {
  const sns = testSnsClient();
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: uniqueName("foreign") }));
  expect((await sns.send(new PublishCommand({ TopicArn, Message: "x" }))).MessageId).toMatch(/^[0-9a-f-]{36}$/);
  await sns.send(new DeleteTopicCommand({ TopicArn }));
});
