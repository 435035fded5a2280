import { dirname, posix } from "node:path";
import { TextLines } from "../engine/text-lines.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { addressOf, exportName, handedOn, templateText } from "./intrinsic.ts";
import { kindsOf } from "./template-kinds.ts";
import type { Entries } from "./template-kinds.ts";
import { TemplateParameters } from "./template-parameters.ts";
import { readResources } from "./template-resources.ts";
import { YamlValue } from "./yaml-value.ts";

/** Whether a text can be a template: of CloudFormation, SAM, or the resources of a serverless.yml. */
export function mayBeTemplate(text: string): boolean {
  return /AWS::(SQS|SNS|Kinesis\w*|Lambda|Serverless|Events|Pipes|Scheduler|S3|CloudWatch|CloudFormation|IAM|IoT|StepFunctions)::/.test(
    text,
  );
}

/** Reads what a CloudFormation or SAM template, as YAML or JSON, says about messaging. */
export function readCloudFormation(file: string, text: string): FileInventory {
  const builder = new InventoryBuilder(file, "cloudformation", new TextLines(text), file);
  for (const document of YamlValue.documents(text, builder.notParsed)) {
    // A part of a template, which another file includes, is the resources alone.
    readTemplate(builder, document, !document.at("Resources").isEmpty);
  }
  return builder.result;
}

/** Reads a template, or a part of one that is the resources alone. */
function readTemplate(builder: InventoryBuilder, template: YamlValue, isWhole: boolean): void {
  const all = isWhole ? template.at("Resources").entries : template.entries;
  const { textOf, carriesAddress } = new TemplateParameters(template);
  const globals = template.at("Globals", "Function");
  readResources(builder, all, { kinds: kindsOf(all), globals, resolved: textOf, carriesAddress });
  readNested(builder, template, all);
  readOutputs(builder, template.at("Outputs"));
}

/** Reads the outputs of a template, which other stacks may import. */
export function readOutputs(builder: InventoryBuilder, outputs: YamlValue): void {
  for (const [id, output, offset] of outputs.entries) {
    const value = addressOf(output.at("Value"), (reference) => builder.scoped(reference));
    const name = templateText(output.at("Export", "Name"));
    if (name !== undefined) builder.variable(offset, exportName(name), value);
    builder.variable(offset, handedOn(builder.scoped(`Outputs.${id}`)), value);
    builder.variable(offset, handedOn(`output ${id}`), value);
  }
}

/** Templates inside a template get their parameters from it and give it outputs. */
export function readNested(builder: InventoryBuilder, template: YamlValue, resources: Entries): void {
  for (const [id, value, offset] of resources) readStack(builder, template, id, value, offset);
}

function readStack(builder: InventoryBuilder, template: YamlValue, id: string, value: YamlValue, offset: number): void {
  if (!/^AWS::(CloudFormation::Stack|Serverless::Application)$/.test(value.at("Type").text ?? "")) return;
  const properties = value.at("Properties");
  const path = properties.at("TemplateURL").text ?? properties.at("Location").text;
  if (path === undefined || /^https?:/.test(path)) return;
  const file = posix.join(dirname(builder.file), path);
  for (const [name, given, at] of properties.at("Parameters").entries)
    builder.variable(
      at,
      handedOn(`${file}#${name}`),
      addressOf(given, (reference) => builder.scoped(reference)),
    );
  const outputs = new Set(
    [...template.json.matchAll(new RegExp(`\\b${id}(?:\\.|",")Outputs\\.(\\w+)`, "g"))].map((match) => match[1]),
  );
  for (const output of outputs) {
    const from = handedOn(`${file}#Outputs.${output}`);
    builder.variable(offset, handedOn(builder.scoped(`${id}.Outputs.${output}`)), { by: "variable", variable: from });
  }
}
