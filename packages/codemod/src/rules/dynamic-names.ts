import { oneLine } from "../engine/one-line.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { ALL_SERVICES, serviceOfSpecifier } from "../services/service.ts";
import type { Rule } from "./rule.ts";
import { isConfiguration, moduleName } from "./specifier-place.ts";

const WHOLE_NAME = new RegExp(`@aws-sdk/client-(${ALL_SERVICES.map(({ name }) => name).join("|")})\\b`);
const LAST_PART = /^\/?client-(sqs|sns|kinesis)$/;
const SCOPE_BEFORE_EXPRESSION = /@aws-sdk\/(client-)?$/;

/** Reports names of the packages that are composed, compared or matched at run time. They are never edited. */
export const dynamicNames: Rule = {
  title: "names of the AWS packages that are built at run time are reported",
  applies: (text) => /client-(sqs|sns|kinesis)|@aws-sdk\/(client-)?["'`$]/.test(text),
  check: (file) => {
    checkStrings(file);
    checkTemplates(file);
  },
};

function checkStrings(file: ScriptFile): void {
  for (const literal of file.tree.ofType("Literal")) {
    if ("regex" in literal && literal.regex !== undefined) {
      if (/client-\(?(\?:)?(sqs|sns|kinesis)|@aws-sdk/.test(literal.raw ?? "")) {
        file.flag("DYNAMIC_SPECIFIER", literal, `the expression ${literal.raw}`);
      }
      continue;
    }
    if (typeof literal.value !== "string") continue;
    if (serviceOfSpecifier(moduleName(literal, file) ?? "") !== undefined) continue;
    const { value } = literal;
    if (isConfiguration(literal, file) && (WHOLE_NAME.test(value) || /@aws-sdk\/(client-)?[([*]/.test(value))) {
      file.flag("CONFIG_REF", literal, shortened(value));
    } else if (LAST_PART.test(value) || SCOPE_BEFORE_EXPRESSION.test(value)) {
      file.flag("DYNAMIC_SPECIFIER", literal, `"${value}" is a part of a package name`);
    } else if (/^[^\s]*__mocks__\/@aws-sdk\//.test(value)) {
      // The rule for mock files looks at these.
    } else if (WHOLE_NAME.test(value)) {
      file.flag(/\s/.test(value) ? "TEXT_REF" : "DYNAMIC_SPECIFIER", literal, shortened(value));
    }
  }
}

function checkTemplates(file: ScriptFile): void {
  for (const template of file.tree.ofType("TemplateLiteral")) {
    const text = template.quasis.map(({ value }) => value.cooked ?? "");
    if (template.expressions.length === 0) {
      const [whole = ""] = text;
      if (serviceOfSpecifier(whole) === undefined && WHOLE_NAME.test(whole)) {
        file.flag("TEXT_REF", template, shortened(whole));
      }
      continue;
    }
    if (text.some((part) => WHOLE_NAME.test(part) || /client-(sqs|sns|kinesis)\b/.test(part))) {
      file.flag("DYNAMIC_SPECIFIER", template, shortened(file.textOf(template)));
    } else if (text.slice(0, -1).some((part) => SCOPE_BEFORE_EXPRESSION.test(part))) {
      file.flag("DYNAMIC_SPECIFIER", template, shortened(file.textOf(template)));
    }
  }
}

function shortened(text: string): string {
  return oneLine(text, 80);
}
