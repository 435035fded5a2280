import type { ScriptFile } from "../engine/script-file.ts";
import { serviceOfSpecifier } from "../services/service.ts";
import type { Rule } from "./rule.ts";

/** `import("x").T`, `@import { T } from "x"` and `<reference types="x" />`: what TypeScript reads in comments. */
const TYPE_IN_COMMENT =
  /(?:\bimport\s*\(\s*|@import\b[^'"\r\n]*(?:\r?\n[\s*]*[^'"\r\n]*)*?\bfrom\s*|<reference\s+types\s*=\s*)(["'`])(@aws-sdk\/client-[^"'`\s]*)\1\s*\)?(?:\s*\.\s*(\w+))?/g;

/** Replaces the package in the comments that the type checker reads. Other comments stay. */
export const commentTypes: Rule = {
  title: "types in JSDoc comments come from WarrenMQ",
  applies: (text) => text.includes("@aws-sdk/client-"),
  check: (file, { packages }) => {
    for (const comment of file.tree.comments) {
      if (!comment.value.includes("@aws-sdk/client-")) continue;
      const text = file.textOf(comment);
      for (const match of text.matchAll(TYPE_IN_COMMENT)) {
        const [whole, quote = "", specifier = "", name] = match;
        const service = serviceOfSpecifier(specifier);
        const target = service === undefined ? undefined : packages.get(service.awsPackage);
        if (service === undefined || target === undefined) continue;
        const start = comment.start + match.index + whole.indexOf(quote + specifier) + 1;
        check(file, start, specifier, name, { service, target });
      }
    }
  },
};

interface Replacement {
  readonly service: NonNullable<ReturnType<typeof serviceOfSpecifier>>;
  readonly target: string;
}

function check(
  file: ScriptFile,
  start: number,
  specifier: string,
  name: string | undefined,
  { service, target }: Replacement,
): void {
  const isRoot = specifier === service.awsPackage;
  if (name !== undefined && !service.exports.has(name)) return file.flag("UNKNOWN_EXPORT", start, name);
  if (!isRoot && name === undefined) return file.flag("SUBPATH", start, specifier);
  file.edit("comment-types", start, start + specifier.length, target);
}
