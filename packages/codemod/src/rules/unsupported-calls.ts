import { keyName, propertyOf, stringValue } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { Rule } from "./rule.ts";
import { operationCalls } from "./operation-calls.ts";
import type { OperationCall } from "./operation-calls.ts";

const SMS_OPERATIONS = /SMS|OptedOut|PhoneNumber|OptInPhoneNumber/;
const PUSH_OPERATIONS = /Platform(Application|Endpoint)|EndpointAttributes|EndpointsByPlatform/;
const FAN_OUT_OPERATIONS = /^(SubscribeToShard|(Register|Deregister|Describe)StreamConsumer|ListStreamConsumers)$/;
const SERVED_PROTOCOLS = new Set(["sqs", "http", "https"]);

/** Reports calls that RabbitMQ cannot serve: SMS, push, most kinds of subscription, enhanced fan-out. */
export const unsupportedCalls: Rule = {
  title: "calls that RabbitMQ cannot serve are reported",
  applies: (text) => /sns|kinesis/i.test(text),
  check: (file) => {
    for (const call of operationCalls(file)) {
      if (call.service.name === "sns") checkSns(file, call);
      else if (FAN_OUT_OPERATIONS.test(call.operation)) file.flag("KINESIS_EFO", call.node, call.operation);
    }
    checkPhoneNumbers(file);
  },
};

function checkSns(file: ScriptFile, { operation, input, node }: OperationCall): void {
  if (SMS_OPERATIONS.test(operation)) return file.flag("SMS", node, operation);
  if (PUSH_OPERATIONS.test(operation)) return file.flag("PUSH", node, operation);
  const target = propertyOf(input, "TargetArn");
  if (operation === "Publish" && target !== undefined && propertyOf(input, "TopicArn") === undefined) {
    file.flag("PUSH", target, "TargetArn of Publish: an endpoint of a platform application, or a topic");
  }
  const structure = propertyOf(input, "MessageStructure");
  if (structure !== undefined) file.flag("MESSAGE_STRUCTURE", structure, "MessageStructure of Publish");
  const protocol = propertyOf(input, "Protocol");
  const value = stringValue(protocol?.value);
  if (
    operation === "Subscribe" &&
    protocol !== undefined &&
    value !== undefined &&
    !SERVED_PROTOCOLS.has(value.toLowerCase())
  ) {
    file.flag("SUBSCRIPTION_PROTOCOL", protocol, `Protocol ${value}`);
  }
}

/** `PhoneNumber` is found wherever an input is put together, in a variable or a helper too. */
function checkPhoneNumbers(file: ScriptFile): void {
  if (!file.text.includes("PhoneNumber") || !/\bsns\b|client-sns|SNS/.test(file.text)) return;
  for (const property of file.tree.ofType("Property")) {
    if (keyName(property) !== "PhoneNumber" || property.parent?.type !== "ObjectExpression") continue;
    const isMessage =
      propertyOf(property.parent, "Message") !== undefined ||
      file.text.includes("Publish") ||
      file.text.includes(".publish(");
    if (isMessage) file.flag("SMS", property, "PhoneNumber of Publish");
  }
}
