import { keyName, stringValue } from "../engine/ast.ts";
import { importedModules } from "./libraries.ts";
import type { Rule } from "./rule.ts";

const SIGNERS =
  /^(aws4|aws4fetch|aws4-axios|aws-sign2|@smithy\/signature-v4|@aws-sdk\/signature-v4|@aws-sdk\/signature-v4-multi-region|@aws-sdk\/s3-request-presigner|axios-aws4-auth)$/;

/** Reports requests that are signed by hand and so go around the SDK. */
export const rawHttp: Rule = {
  title: "requests to the services that go around the SDK are reported",
  applies: (text) => /aws4|signature-v4|SignatureV4|X-Amz-Target/.test(text) && /sqs|sns|kinesis/i.test(text),
  check: (file) => {
    const isSigning = importedModules(file).some(([module]) => SIGNERS.test(module));
    for (const property of file.tree.ofType("Property")) {
      const [name, value] = [keyName(property), stringValue(property.value)];
      if (value === undefined || name === undefined) continue;
      if (isSigning && /^(service|serviceName|signingName)$/.test(name) && /^(sqs|sns|kinesis)$/.test(value)) {
        file.flag("RAW_HTTP", property, `requests signed for ${value}`);
      }
      if (/^x-amz-target$/i.test(name) && /^(AmazonSQS|Kinesis_\d+)\./.test(value)) {
        file.flag("RAW_HTTP", property, value);
      }
    }
  },
};
