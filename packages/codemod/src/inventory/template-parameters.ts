import { logicalId } from "./intrinsic.ts";
import type { YamlValue } from "./yaml-value.ts";

/** The parameters of a template, with what they are if nobody gives them a value. */
export class TemplateParameters {
  readonly #defaults: ReadonlyMap<string, string | undefined>;

  constructor(template: YamlValue) {
    this.#defaults = new Map(
      template.at("Parameters").entries.map(([name, parameter]) => [name, parameter.at("Default").text]),
    );
  }

  /** The text of `!Ref Name`, `!Sub "${Stage}-jobs"` and `!Join ["-", [jobs, !Ref Stage]]`, as far as it is known. */
  readonly textOf = (value: YamlValue): string | undefined => {
    const sub = value.tag === "!Sub" ? value.text : value.at("Fn::Sub").text;
    if (sub !== undefined) return this.#substituted(sub);
    const join = value.tag === "!Join" ? value : value.at("Fn::Join");
    if (!join.isEmpty) return this.#joined(join);
    const name = logicalId(value);
    if (name !== undefined) return this.#defaults.get(name);
    return value.tag?.startsWith("!") === true ? undefined : value.text;
  };

  /** Whether a value is a parameter that carries the address of a queue, topic or stream, by its name. */
  readonly carriesAddress = (value: YamlValue): boolean => {
    const name = logicalId(value);
    return name !== undefined && this.#defaults.has(name) && /queue|topic|stream|sqs|sns|kinesis/i.test(name);
  };

  #substituted(text: string): string | undefined {
    const known = text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => this.#defaults.get(name) ?? whole);
    return known.includes("${") ? undefined : known;
  }

  #joined(join: YamlValue): string | undefined {
    const [separator, list] = join.items;
    const parts = list?.items.map((item) => this.textOf(item)) ?? [];
    return parts.length === 0 || parts.includes(undefined) ? undefined : parts.join(separator?.text ?? "");
  }
}
