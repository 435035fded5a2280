import {
  AddPermissionCommand,
  GetQueueAttributesCommand,
  OverLimit,
  RemovePermissionCommand,
  SetQueueAttributesCommand,
} from "@warrenmq/client-sqs";
import { describe, expect, test } from "vitest";
import { arnOf } from "../support/dead-letters.ts";
import { clientOnItsOwn } from "../support/client-on-its-own.ts";
import { createTestQueue, deleteQueuesAfterAll, errorOf, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

async function attributes(QueueUrl: string): Promise<Record<string, string>> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  return Attributes ?? {};
}

async function labels(QueueUrl: string): Promise<string[]> {
  const { Policy } = await attributes(QueueUrl);
  return [...(Policy ?? "").matchAll(/"Sid":"([^"]*)"/g)].map(([, label = ""]) => label);
}

function grant(QueueUrl: string, Label: string): AddPermissionCommand {
  return new AddPermissionCommand({ QueueUrl, Label, AWSAccountIds: ["123456789012"], Actions: ["SendMessage"] });
}

describe("permissions", () => {
  test("are statements of the queue's policy", async () => {
    const url = await createTestQueue(sqs, { prefix: "permissions" });
    await sqs.send(grant(url, "partner"));
    const arn = await arnOf(sqs, url);
    expect(JSON.parse((await attributes(url))["Policy"] ?? "")).toEqual({
      Version: "2012-10-17",
      Id: `${arn}/SQSDefaultPolicy`,
      Statement: [
        {
          Sid: "partner",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::123456789012:root" },
          Action: "SQS:SendMessage",
          Resource: arn,
        },
      ],
    });
    await sqs.send(new RemovePermissionCommand({ QueueUrl: url, Label: "partner" }));
    expect(await attributes(url)).not.toHaveProperty("Policy");
  });

  test("are refused with AWS's errors", async () => {
    const url = await createTestQueue(sqs, { prefix: "permissions" });
    await sqs.send(grant(url, "partner"));
    expect(await errorOf(sqs.send(grant(url, "partner")))).toMatchObject({
      name: "InvalidParameterValue",
      message: "Value partner for parameter Label is invalid. Reason: Already exists.",
    });
    expect(await errorOf(sqs.send(new RemovePermissionCommand({ QueueUrl: url, Label: "nobody" })))).toMatchObject({
      name: "InvalidParameterValue",
      message: "Value nobody for parameter Label is invalid. Reason: can't find label.",
    });
    const Actions = Array.from({ length: 8 }, () => "SendMessage");
    const tooMany = new AddPermissionCommand({
      QueueUrl: url,
      Label: "many",
      AWSAccountIds: ["123456789012"],
      Actions,
    });
    expect(await errorOf(sqs.send(tooMany))).toBeInstanceOf(OverLimit);
  });

  test("given by two processes at once are both there", async () => {
    const url = await createTestQueue(sqs, { prefix: "permissions" });
    const other = clientOnItsOwn();
    await Promise.all(
      [sqs, other].flatMap((client, index) => [1, 2, 3].map((n) => client.send(grant(url, `p${index}-${n}`)))),
    );
    const answers = await Promise.allSettled([sqs, other].map((client) => client.send(grant(url, "same"))));
    other.destroy();
    expect((await labels(url)).toSorted()).toEqual(["p0-1", "p0-2", "p0-3", "p1-1", "p1-2", "p1-3", "same"]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("encryption attributes", () => {
  test("are stored and shown, one kind at a time", async () => {
    const url = await createTestQueue(sqs, { prefix: "kms", attributes: { KmsMasterKeyId: "alias/aws/sqs" } });
    expect(await attributes(url)).toMatchObject({
      KmsMasterKeyId: "alias/aws/sqs",
      KmsDataKeyReusePeriodSeconds: "300",
      SqsManagedSseEnabled: "false",
    });
    const managed = { SqsManagedSseEnabled: "true" };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: managed }));
    const shown = await attributes(url);
    expect(shown["SqsManagedSseEnabled"]).toBe("true");
    expect(shown).not.toHaveProperty("KmsMasterKeyId");
    const both = { SqsManagedSseEnabled: "true", KmsMasterKeyId: "alias/aws/sqs" };
    const error = await errorOf(sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: both })));
    expect(error).toMatchObject({ name: "InvalidAttributeName" });
  });
});
