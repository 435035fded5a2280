import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = (folder: string): { text: string; link: string }[] =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".md"))
    .toSorted()
    .map((file) => ({ text: titleOf(join(root, folder, file)), link: `/${folder}/${file.slice(0, -3)}` }));

/** The site of `npm run docs`: the repository's own Markdown, README first. */
export default defineConfig({
  title: "WarrenMQ",
  description: "Run code written for Amazon SQS, SNS and Kinesis on RabbitMQ: swap the import, keep the code.",
  srcDir: root,
  srcExclude: ["**/node_modules/**", "**/dist/**", "**/fixtures/**", "**/CHANGELOG.md", ".changeset/**", "test/**"],
  rewrites: { "README.md": "index.md", ":path(.*)/README.md": ":path/index.md" },
  lastUpdated: false,
  // Long names, and code blocks without a language, would be wider than a phone.
  head: [["style", {}, ".vp-doc :not(pre) > code { overflow-wrap: anywhere; } .vp-doc pre { overflow-x: auto; }"]],
  markdown: {
    anchor: { slugify },
    config: (markdown) => markdown.core.ruler.push("files of the repository", linkToRepository),
  },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Getting started", link: "/docs/getting-started" },
      { text: "Migrating", link: "/docs/migrating" },
      { text: "SQS", link: "/docs/support/sqs" },
      { text: "SNS", link: "/docs/support/sns" },
      { text: "Kinesis", link: "/docs/support/kinesis" },
      // Written by `npm run bench -- all`, on a machine that does nothing else.
      ...(existsSync(join(root, "docs/benchmarks.md")) ? [{ text: "Benchmarks", link: "/docs/benchmarks" }] : []),
    ],
    sidebar: [
      {
        text: "Guides",
        items: ["getting-started", "migrating", "semantics", "operating", "troubleshooting"].map((page) => ({
          text: titleOf(join(root, "docs", `${page}.md`)),
          link: `/docs/${page}`,
        })),
      },
      { text: "What is served", items: pages("docs/support") },
      {
        text: "Reference",
        items: [
          ...pages("docs").filter(
            ({ link }) => !/(getting-started|migrating|semantics|operating|troubleshooting)$/.test(link),
          ),
          { text: "Architecture", link: "/ARCHITECTURE" },
          { text: "Contributing", link: "/CONTRIBUTING" },
        ],
      },
      {
        text: "Packages",
        items: readdirSync(join(root, "packages"))
          .filter((name) => existsSync(join(root, "packages", name, "README.md")))
          .map((name) => ({ text: name, link: `/packages/${name}/` })),
      },
      { text: "Decisions", collapsed: true, items: pages("docs/decisions") },
    ],
  },
});

/** The anchors that headings have where the repository is browsed. */
function slugify(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

function titleOf(file: string): string {
  return /^# (.*)$/m.exec(readFileSync(file, "utf8"))?.[1] ?? relative(root, file);
}

interface Token {
  readonly type: string;
  readonly children?: readonly Token[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

/** Links to folders and to sources, which work where the repository is browsed, are no pages: they lead to a page nearby, or nowhere. */
function linkToRepository({ tokens, env }: { tokens: readonly Token[]; env: { path?: string } }): void {
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    const href = token.type === "link_open" ? token.attrGet("href") : null;
    if (href === null || /^([a-z]+:|#)/.test(href)) continue;
    const [, folder] = /^(|.*\/)README\.md$/.exec(href) ?? [];
    if (folder !== undefined) {
      // `rewrites` gives these pages another address, which links do not follow.
      const path = relative(root, join(dirname(env.path ?? root), folder));
      token.attrSet("href", path === "" ? "/" : `/${path}/`);
      continue;
    }
    if (/\.(md|html)(#|$)/.test(href)) continue;
    const target = join(dirname(env.path ?? root), href);
    if (!existsSync(target)) throw new Error(`${env.path}: ${href} does not exist`);
    const hasReadme = statSync(target).isDirectory() && existsSync(join(target, "README.md"));
    token.attrSet("href", hasReadme ? `/${relative(root, target)}/` : "#");
  }
}
