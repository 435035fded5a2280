import type { Node } from "oxc-parser";
import { oneLine } from "../engine/one-line.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { Rule } from "./rule.ts";

/** A complete queue URL in AWS's or an emulator's shape. */
const QUEUE_URL =
  /https?:\/\/(?:(?:queue|sqs)\.[\w.-]*amazonaws\.com(?:\.cn)?|[\w-]+\.queue\.amazonaws\.com|(?:localhost|127\.0\.0\.1|[\w.-]*(?:localstack|elasticmq|goaws)[\w.-]*)(?::\d+)?(?:\/queue)?)\/\d{1,12}\/[\w.-]+/;
const ARN = /arn:aws[\w-]*:(?:sqs|sns|kinesis):[\w-]*:[\w-]*:[\w.:/*-]+/;
const PART =
  /https?:\/\/(?:sqs|sns|kinesis)\.|\bsqs\.[\w-]*\.?amazonaws\.com|\.queue\.amazonaws\.com|arn:aws[\w-]*:(?:sqs|sns|kinesis):/;
const HOST_ONLY = /^https?:\/\/(?:sqs|sns|kinesis)\.[\w-]+\.amazonaws\.com\/?$/;

/** Reports addresses of queues, topics and streams that are written out or put together. */
export const addresses: Rule = {
  title: "queue URLs and ARNs in the code are reported",
  applies: (text) => PART.test(text) || QUEUE_URL.test(text),
  check: (file) => {
    for (const literal of file.tree.ofType("Literal")) {
      if (typeof literal.value === "string") checkText(file, literal, literal.value, isConcatenated(literal));
    }
    for (const template of file.tree.ofType("TemplateLiteral")) {
      const text = template.quasis.map(({ value }) => value.cooked ?? "").join("\u0001");
      checkText(file, template, text, template.expressions.length > 0);
    }
  },
};

function checkText(file: ScriptFile, node: Node, text: string, isBuilt: boolean): void {
  const severity = file.isTest ? "info" : undefined;
  const literal = QUEUE_URL.exec(text) ?? ARN.exec(text);
  if (isBuilt && PART.test(text)) return file.flag("ADDRESS_BUILD", node, shown(text), severity);
  if (literal !== null) return file.flag("ADDRESS_LITERAL", node, literal[0], severity);
  if (PART.test(text) && !HOST_ONLY.test(text) && text.length < 200 && !/\s/.test(text))
    file.flag("ADDRESS_BUILD", node, shown(text), severity);
}

function isConcatenated(node: Node): boolean {
  return node.parent?.type === "BinaryExpression" && node.parent.operator === "+";
}

function shown(text: string): string {
  return oneLine(text.replaceAll("\u0001", "${…}"), 80);
}
