import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildQueueUrl, parseQueueUrl } from "./queue-url.ts";

const ACCOUNT = "123456789012";
const ZEROS = "000000000000";

describe("a queue URL", () => {
  it.each([
    [`https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/orders`, "orders", ACCOUNT, "eu-central-1"],
    [`https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/orders.fifo`, "orders.fifo", ACCOUNT, "eu-central-1"],
    [`https://sqs.us-gov-east-1.amazonaws.com/${ACCOUNT}/orders`, "orders", ACCOUNT, "us-gov-east-1"],
    [`https://sqs.cn-north-1.amazonaws.com.cn/${ACCOUNT}/orders`, "orders", ACCOUNT, "cn-north-1"],
    [`https://sqs-fips.us-east-2.amazonaws.com/${ACCOUNT}/orders`, "orders", ACCOUNT, "us-east-2"],
    [`https://sqs.us-east-1.api.aws/${ACCOUNT}/orders`, "orders", ACCOUNT, "us-east-1"],
    [`https://vpce-1-abc.sqs.ap-southeast-2.vpce.amazonaws.com/${ACCOUNT}/orders`, "orders", ACCOUNT, "ap-southeast-2"],
    ["https://queue.amazonaws.com/123/q", "q", "123", "us-east-1"],
    ["https://eu-west-1.queue.amazonaws.com/123/q", "q", "123", "eu-west-1"],
    [`http://sqs.us-east-1.localhost.localstack.cloud:4566/${ZEROS}/q`, "q", ZEROS, "us-east-1"],
    [`http://eu-west-1.queue.localhost.localstack.cloud:4566/${ZEROS}/q`, "q", ZEROS, "eu-west-1"],
    [`http://localhost:4566/${ZEROS}/q`, "q", ZEROS, undefined],
    [`http://localhost:4566/queue/us-east-1/${ZEROS}/q`, "q", ZEROS, "us-east-1"],
    ["http://localhost:9324/queue/q", "q", undefined, undefined],
    [`http://localhost:9324/${ZEROS}/q`, "q", ZEROS, undefined],
    ["http://localhost:9324/q", "q", undefined, undefined],
    ["http://[::1]:4566/000000000000/q/", "q", ZEROS, undefined],
    ["https://sqs.mnq.fr-par.scaleway.com/project-1a2b/q", "q", undefined, undefined],
    ["orders", "orders", undefined, undefined],
    ["orders.created", "orders.created", undefined, undefined],
    [`http://localhost/${ZEROS}/eu-west-1`, "eu-west-1", ZEROS, undefined],
  ])("%s is read", (address, queueName, accountId, region) => {
    const expected = Object.entries({ queueName, accountId, region }).filter(([, value]) => value !== undefined);
    expect(parseQueueUrl(address)).toEqual({ valid: true, queue: Object.fromEntries(expected) });
  });

  it.each([
    "",
    "a/b",
    "http://",
    "http://localhost:4566",
    "http://localhost:4566/",
    "http://localhost:4566//",
    "ftp://localhost/q",
    "amqp://localhost/q",
    "http://localhost/000000000000/q?Action=SendMessage",
    "http://localhost/000000000000/q#x",
    "http://localhost/a/b/c/d/q",
    "http://localhost/000000000000/bad%20name",
    "http://localhost/000000000000/ümlaut",
    "not a name",
    "arn:aws:sqs:us-east-1:000000000000:q",
    "..",
    "x".repeat(256),
  ])("%j is AWS's InvalidAddress", (address) => {
    expect(parseQueueUrl(address)).toEqual({
      valid: false,
      message: `The address ${address} is not valid for this endpoint.`,
    });
  });

  it("that is endless is refused without being read or repeated whole", () => {
    const parsed = parseQueueUrl(`http://localhost/${"a-".repeat(1_000_000)}`);
    expect(parsed.valid).toBe(false);
    expect(JSON.stringify(parsed).length).toBeLessThan(3000);
  });

  it("in AWS's shape is read back as it was built", () => {
    const location = fc.record({
      queueName: fc.stringMatching(/^[A-Za-z0-9_-]{1,75}(?:\.fifo)?$/u),
      accountId: fc.stringMatching(/^\d{12}$/u),
      region: fc.constantFrom(
        "us-east-1",
        "eu-central-1",
        "ap-southeast-2",
        "cn-north-1",
        "us-gov-west-1",
        "il-central-1",
      ),
    });
    fc.assert(
      fc.property(location, (queue) => {
        expect(parseQueueUrl(buildQueueUrl(queue))).toEqual({ valid: true, queue });
      }),
    );
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseQueueUrl(`http://h/${text}`)).toHaveProperty("valid");
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseQueueUrl(text)).toHaveProperty("valid");
      }),
    );
  });
});
