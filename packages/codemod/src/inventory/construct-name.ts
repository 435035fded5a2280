import type { Node } from "oxc-parser";
import { dottedPath } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { SST_CONSTRUCTS } from "./sst-constructs.ts";

/** A class of an infrastructure library. */
export interface ConstructName {
  readonly name: string;
  /** From the library's SQS, SNS or Kinesis part; from a part that joins it with others; AWS's solutions; or another part. */
  readonly area: "resource" | "joint" | "solutions" | "other";
  /** Pulumi's constructors have no scope: the name comes first. */
  readonly isPulumi: boolean;
  /** SST hands a component to functions under its id. */
  readonly isSst?: boolean;
}

/** The class of CDK, CDKTF, Pulumi or SST that an expression is. */
export function constructName(file: ScriptFile, callee: Node): ConstructName | undefined {
  const origin = file.origins.of(callee);
  if (origin === undefined) return globalName(callee);
  const { module } = origin;
  const path = origin.path.filter((part) => part !== "default");
  const name = path.at(-1) ?? "";
  if (/^@pulumi\/aws(x|-native)?(\/|$)/.test(module)) {
    const isMessaging = /^(sqs|sns|kinesis)$/.test(path.at(-2) ?? module.split("/").at(-1) ?? "");
    return { name, area: isMessaging ? "resource" : "other", isPulumi: true };
  }
  if (/^(@cdktf\/|\.gen\/|.*\.gen\/providers|cdktf)/.test(module)) {
    return {
      name,
      area: /^(Sqs|Sns|Kinesis)/.test(name) && !/Firehose/.test(name) ? "resource" : "other",
      isPulumi: false,
    };
  }
  if (module.startsWith("@aws-solutions-constructs/")) return { name, area: "solutions", isPulumi: false };
  if (/^(sst|@serverless-stack\/resources)(\/|$)/.test(module)) {
    const isMessaging = /^(Queue|Topic|KinesisStream)$/.test(name);
    return { name, area: isMessaging ? "resource" : "other", isPulumi: false, isSst: SST_CONSTRUCTS.test(module) };
  }
  if (!/^(aws-cdk-lib|@aws-cdk\/aws-|monocdk)/.test(module)) return undefined;
  const part = `${module}/${path.slice(0, -1).join("/")}`.replaceAll("_", "-");
  if (/aws-(sqs|sns|kinesis)(\/|$)/.test(part)) return { name, area: "resource", isPulumi: false };
  if (
    /aws-(sns-subscriptions|lambda-event-sources|lambda-destinations|events-targets|s3-notifications|cloudwatch-actions|scheduler-targets|pipes)/.test(
      part,
    )
  )
    return { name, area: "joint", isPulumi: false };
  return { name, area: "other", isPulumi: false };
}

/** SST gives its files `sst` and Pulumi's `aws` without an import. */
function globalName(callee: Node): ConstructName | undefined {
  const path = dottedPath(callee) ?? "";
  const component = /^sst\.aws\.(\w+)$/.exec(path)?.[1];
  if (component !== undefined) {
    const isMessaging = /^(Queue|SnsTopic|KinesisStream)$/.test(component);
    return { name: component, area: isMessaging ? "resource" : "other", isPulumi: true, isSst: true };
  }
  const name = /^aws\.(?:sqs|sns|kinesis)\.(\w+)$/.exec(path)?.[1];
  return name === undefined ? undefined : { name, area: "resource", isPulumi: true };
}
