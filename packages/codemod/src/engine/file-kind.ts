import { words } from "./words.ts";
/** What a file is to the codemod, by its name. */
export type FileKind = "script" | "component" | "manifest" | "json" | "yaml" | "hcl" | "docs" | "text" | "other";

const KINDS: readonly (readonly [RegExp, FileKind])[] = [
  [/(^|\/)package\.json$/, "manifest"],
  [/\.[cm]?[jt]sx?$/, "script"],
  [/\.(vue|svelte|astro)$/, "component"],
  [/(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|composer\.lock)$/, "other"],
  [/\.(json|jsonc|json5|template)$|(^|\/)\.(babelrc|eslintrc|swcrc|mocharc|ncurc|depcheckrc)$/, "json"],
  [/\.ya?ml$/, "yaml"],
  [/\.(tf|tofu)$/, "hcl"],
  [/\.(md|mdx|markdown|rst|adoc)$/, "docs"],
  [
    /\.(toml|sh|bash|ini|cfg|conf|env|properties|hbs|ejs|tpl|tmpl|mk)$|(^|\/)(Dockerfile[\w.-]*|Makefile|Procfile|\.npmrc|\.env[\w.-]*)$/,
    "text",
  ],
];

/** Finds out what a file is. */
export function fileKind(path: string): FileKind {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? "other";
}

/** Folders that hold what tools write or install: they are never entered. */
export const NEVER_ENTERED: ReadonlySet<string> = words(`
  node_modules .git .hg .svn bower_components jspm_packages .pnpm-store .yarn cdk.out cdktf.out
  .terraform .serverless .aws-sam .next .nuxt .output .svelte-kit .turbo .nx .cache .parcel-cache
  .nyc_output coverage .sst .angular .docusaurus .webpack .build
`);

/** Whether a path lies in a folder that builds write to. */
export function isBuildOutput(path: string): boolean {
  return /(^|\/)(dist|build|out|output|target|_build|esm|cjs|umd|\.dist)\//.test(path);
}
