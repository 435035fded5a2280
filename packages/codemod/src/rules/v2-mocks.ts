import { stringValue } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { Rule } from "./rule.ts";
import { specifierPlace } from "./specifier-place.ts";

/** Reports test doubles of aws-sdk v2 in files that have to do with messaging. */
export const v2Mocks: Rule = {
  title: "test doubles of aws-sdk v2 are reported",
  applies: (text) => /['"`]aws-sdk(\/|['"`]|-mock)/.test(text) && /\b(SQS|SNS|Kinesis|sqs|sns|kinesis)\b/.test(text),
  check: (file) => {
    for (const literal of file.tree.ofType("Literal")) {
      const specifier = stringValue(literal) ?? "";
      if (!/^aws-sdk(\/clients\/(sqs|sns|kinesis))?$/.test(specifier) || !isMock(file, literal)) continue;
      file.flag("V2_MOCK", literal, `a double of ${specifier}`);
    }
  },
};

function isMock(file: ScriptFile, literal: Parameters<typeof specifierPlace>[0]): boolean {
  const type = literal.parent?.type;
  if (type !== "CallExpression" && type !== "Property") return false;
  if (specifierPlace(literal, file) !== "specifier") return false;
  return type === "Property" || !/^(require|require\.resolve|import)\(/.test(file.textOf(literal.parent ?? literal));
}

/** Whether a test replaces aws-sdk v2 for the modules that it loads. */
export function mocksV2(text: string): boolean {
  return /mock\w*\(\s*['"`]aws-sdk(\/clients\/\w+)?['"`]|['"`]aws-sdk-mock['"`]|['"`]aws-sdk['"`]\s*:/i.test(text);
}
