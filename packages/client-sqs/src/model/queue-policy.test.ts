import { describe, expect, it } from "vitest";
import { addPermission, parsePolicy, removePermission } from "@warrenmq/core/queues";
import { allowsRedriveFrom } from "./redrive-allow-policy.ts";
import { thrownBy } from "./thrown-by.test.helper.ts";

const ARN = "arn:aws:sqs:eu-central-1:123456789012:orders";
const GRANT = { label: "partner", accountIds: ["210987654321"], actions: ["SendMessage"] };

describe("permissions", () => {
  it("are statements of the policy, removed by label", () => {
    const one = addPermission(undefined, ARN, GRANT);
    expect(JSON.parse(one)).toEqual({
      Version: "2012-10-17",
      Id: `${ARN}/SQSDefaultPolicy`,
      Statement: [
        {
          Sid: "partner",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::210987654321:root" },
          Action: "SQS:SendMessage",
          Resource: ARN,
        },
      ],
    });
    const two = addPermission(one, ARN, { ...GRANT, label: "second", actions: ["SendMessage", "GetQueueUrl"] });
    expect(JSON.parse(two).Statement[1].Action).toEqual(["SQS:SendMessage", "SQS:GetQueueUrl"]);
    expect(removePermission(two, "second")).toBe(one);
    expect(removePermission(one, "partner")).toBeUndefined();
  });

  it("refuse a label that is taken and one that is not there", () => {
    const policy = addPermission(undefined, ARN, { ...GRANT, label: "crossaccountpermission" });
    expect(thrownBy(() => addPermission(policy, ARN, { ...GRANT, label: "crossaccountpermission" }))).toBe(
      "InvalidParameterValue: Value crossaccountpermission for parameter Label is invalid. Reason: Already exists.",
    );
    expect(thrownBy(() => removePermission(policy, "crossaccountpermission2"))).toBe(
      "InvalidParameterValue: Value crossaccountpermission2 for parameter Label is invalid. Reason: can't find label.",
    );
  });

  it("refuse a policy of more than 20 statements", () => {
    const policy = JSON.stringify({ Statement: Array.from({ length: 22 }, (_, index) => ({ Sid: `s${index}` })) });
    expect(thrownBy(() => parsePolicy(policy))).toBe(
      "OverLimit: 22 statements were found in the submitted policy, max allowed is 20",
    );
  });
});

describe("redrive permission", () => {
  it("is given to all, to none, or by queue", () => {
    expect(allowsRedriveFrom(undefined, ARN)).toBe(true);
    expect(allowsRedriveFrom({ redrivePermission: "allowAll" }, ARN)).toBe(true);
    expect(allowsRedriveFrom({ redrivePermission: "denyAll" }, ARN)).toBe(false);
    expect(allowsRedriveFrom({ redrivePermission: "byQueue", sourceQueueArns: [ARN] }, ARN)).toBe(true);
    expect(allowsRedriveFrom({ redrivePermission: "byQueue", sourceQueueArns: ["other"] }, ARN)).toBe(false);
  });
});
