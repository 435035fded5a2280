import { expect, test } from "vitest";
import { TestProject } from "../../test-project.test.support.ts";

const HANDLER = `import type { SQSEvent } from "aws-lambda";
export const handler = async (event: SQSEvent) => event.Records.length;
`;
const MAPPING = `resource "aws_sqs_queue" "jobs" { name = "jobs" }
resource "aws_lambda_event_source_mapping" "jobs" {
  event_source_arn = aws_sqs_queue.jobs.arn
  function_name    = aws_lambda_function.worker.arn
}
resource "aws_lambda_function" "worker" {
  filename = data.archive_file.worker.output_path
  handler  = "worker.handler"
}
`;

/** The queues that handlers in code get their events from. */
async function sourcesOf(files: Record<string, string>): Promise<readonly string[]> {
  using project = new TestProject(files);
  const { inventory } = await project.analyse();
  const labels = new Map(inventory.nodes.map(({ id, label }) => [id, label]));
  return inventory.edges
    .filter(({ operation }) => operation === "Lambda handler")
    .map(({ from, file }) => `${labels.get(from)} -> ${file}`);
}

test.each([
  ["a folder", "infra/main.tf", 'source_dir = "${path.module}/../lambda"'],
  ["a folder, relative to where Terraform runs", "infra/main.tf", 'source_dir = "../lambda"'],
  ["one file", "infra/main.tf", 'source_file = "${path.module}/../lambda/worker.ts"'],
  ["a folder of compiled code", "main.tf", 'source_dir = "${path.module}/lambda/dist"'],
])("code that is packed as %s gets its events from the queue of the mapping", async (_what, file, source) => {
  const archive = `data "archive_file" "worker" {\n  type = "zip"\n  ${source}\n}\n`;
  expect(await sourcesOf({ [file]: MAPPING + archive, "lambda/worker.ts": HANDLER })).toEqual([
    "jobs -> lambda/worker.ts",
  ]);
});

/** A queue, and a call of the module for workers. */
function called(name: string): string {
  return `resource "aws_sqs_queue" "${name}" { name = "${name}" }
module "${name}" {
  source = "./modules/worker"
  code   = "\${path.module}/src/${name}"
  queue  = aws_sqs_queue.${name}.arn
}
`;
}

test("a module that is called twice has the code and the queue of each call", async () => {
  const files = {
    "main.tf": called("jobs") + called("mails"),
    "modules/worker/main.tf": `variable "code" {}
variable "queue" {}
data "archive_file" "this" {
  type       = "zip"
  source_dir = var.code
}
resource "aws_lambda_function" "this" {
  filename = data.archive_file.this.output_path
  handler  = "index.handler"
}
resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn = var.queue
  function_name    = aws_lambda_function.this.function_name
}
`,
    "src/jobs/index.ts": HANDLER,
    "src/mails/index.ts": HANDLER,
  };
  expect(await sourcesOf(files)).toEqual(["jobs -> src/jobs/index.ts", "mails -> src/mails/index.ts"]);
});

test("a topic starts the function of a module for functions", async () => {
  const files = {
    "main.tf": `resource "aws_sns_topic" "news" { name = "news" }
module "reader" {
  source      = "terraform-aws-modules/lambda/aws"
  handler     = "index.handler"
  source_path = "src/reader"
}
resource "aws_sns_topic_subscription" "reader" {
  topic_arn = aws_sns_topic.news.arn
  protocol  = "lambda"
  endpoint  = module.reader.lambda_function_arn
}
`,
    "src/reader/index.ts": HANDLER.replaceAll("SQSEvent", "SNSEvent"),
  };
  expect(await sourcesOf(files)).toEqual(["news -> src/reader/index.ts"]);
});

test("a module for functions has its own event sources", async () => {
  const files = {
    "main.tf": `resource "aws_sqs_queue" "jobs" { name = "jobs" }
module "worker" {
  source      = "terraform-aws-modules/lambda/aws"
  handler     = "index.handler"
  source_path = "src"
  event_source_mapping = {
    jobs = {
      event_source_arn = aws_sqs_queue.jobs.arn
      batch_size       = 5
    }
  }
}
`,
    "src/index.ts": HANDLER,
  };
  expect(await sourcesOf(files)).toEqual(["jobs -> src/index.ts"]);
  using project = new TestProject(files);
  const { findings, inventory } = await project.analyse();
  expect(findings.map(({ code, line }) => [code, line])).toContainEqual(["LAMBDA_EVENT_SOURCE", 6]);
  expect(inventory.actors).toContainEqual(expect.objectContaining({ role: "consumer", actor: "worker", line: 6 }));
  expect(inventory.variables).toEqual([]);
});

test("a function's archive is told by its path", async () => {
  const archive = `data "archive_file" "worker" {
  source_dir  = "lambda/"
  output_path = "worker.zip"
}
`;
  const files = {
    "main.tf": MAPPING.replace("data.archive_file.worker.output_path", '"worker.zip"') + archive,
    "lambda/worker.ts": HANDLER,
  };
  expect(await sourcesOf(files)).toEqual(["jobs -> lambda/worker.ts"]);
});

test("a function may be in a module, and its mapping outside", async () => {
  const files = {
    "main.tf": `resource "aws_sqs_queue" "jobs" { name = "jobs" }
module "worker" {
  source  = "./function"
  code    = "\${path.module}/src"
  handler = "index.handler"
}
resource "aws_lambda_event_source_mapping" "jobs" {
  event_source_arn = aws_sqs_queue.jobs.arn
  function_name    = module.worker.arn
}
`,
    "function/main.tf": `variable "code" {}
variable "handler" {}
data "archive_file" "this" {
  source_dir = var.code
}
resource "aws_lambda_function" "this" {
  filename = data.archive_file.this.output_path
  handler  = var.handler
}
output "arn" {
  value = aws_lambda_function.this.arn
}
`,
    "src/index.ts": HANDLER,
  };
  expect(await sourcesOf(files)).toEqual(["jobs -> src/index.ts"]);
});
