import { expect, test } from "vitest";
import { TestProject } from "../../test-project.test.support.ts";

test("calls of modules from elsewhere have names, dead-letter queues and subscriptions", async () => {
  using project = new TestProject({
    "main.tf": `
module "jobs" {
  source         = "github.com/acme/terraform-sqs?ref=1"
  sqs_name       = "jobs"
  redrive_policy = jsonencode({ deadLetterTargetArn = module.jobs-dlq.sqs_arn, maxReceiveCount = 3 })
}
module "jobs-dlq" {
  source   = "github.com/acme/terraform-sqs?ref=1"
  sqs_name = "jobs-dead"
}
module "mails" {
  source     = "terraform-aws-modules/sqs/aws"
  name       = "mails"
  create_dlq = true
}
module "news_topic" {
  source = "terraform-aws-modules/sns/aws"
  name   = "news"
  subscriptions = {
    jobs = {
      protocol = "sqs"
      endpoint = module.jobs.sqs_arn
    }
    people = { protocol = "email", endpoint = "a@example.com" }
  }
}
`,
  });
  const { inventory, findings } = await project.analyse();
  expect(inventory.edges.map(({ from, to, operation }) => [from, to, operation])).toEqual([
    ["queue:jobs", "queue:jobs-dead", "after 3 receives"],
    ["queue:mails", "queue:mails-dlq", "dead letters"],
    ["topic:news", "queue:jobs", "sqs"],
    ["topic:news", "endpoint:email:a@example.com", "email"],
  ]);
  expect(findings.map(({ code }) => code)).toContain("SUBSCRIPTION_PROTOCOL");
});
