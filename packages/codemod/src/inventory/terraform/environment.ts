import { kindOfText } from "../address.ts";
import type { InventoryBuilder } from "../builder.ts";
import { namesModule, type Expressions, type Place } from "./expressions.ts";
import type { HclBlock, HclExpression } from "./hcl-file.ts";
import { expressionsOf, literal, objectEntries } from "./hcl-values.ts";

/** Finds the environment variables that carry the address of a queue, topic or stream. */
export class EnvironmentVariables {
  readonly #builder: InventoryBuilder;
  readonly #expressions: Expressions;
  readonly #place: Place;

  constructor(builder: InventoryBuilder, expressions: Expressions, place: Place) {
    this.#builder = builder;
    this.#expressions = expressions;
    this.#place = place;
  }

  /** `environment { variables = { … } }` of a function, and `environment = { variables = { … } }` of old. */
  readFunction(block: HclBlock): void {
    const old = block.attributes.get("environment");
    const environments = block.blocks.filter(({ type }) => type === "environment");
    const entries = [
      ...environments.flatMap(({ blocks }) => blocks.flatMap(({ attributes }) => [...attributes])),
      ...environments.flatMap(({ attributes }) => this.#entriesOf(attributes.get("variables"))),
      ...(environments.length > 0 ? [] : this.#entriesOf(old)),
    ];
    for (const [name, value] of new Map(entries)) this.#read(name, value);
  }

  /** In whatever form: of ECS tasks, of modules for functions and services, of Kubernetes. */
  readAnywhere(block: HclBlock): void {
    for (const expression of expressionsOf(block)) {
      const plain = expression.text.matchAll(/"?\b([A-Z][A-Z0-9_]+)"?\s*[=:]\s*([^\n,}]+)/g);
      const paired = expression.text.matchAll(
        /\bname"?\s*[=:]\s*"([A-Z][A-Z0-9_]+)"[\s,]*"?value(?:From)?"?\s*[=:]\s*([^\n,}]+)/g,
      );
      for (const match of [...plain, ...paired])
        this.#read(match[1] ?? "", { text: match[2] ?? "", offset: expression.offset });
    }
    this.#readPairs(block);
  }

  /** `env { name = "QUEUE_URL" value = … }`. */
  #readPairs(block: HclBlock): void {
    const name = literal(block.attributes.get("name"));
    const value = block.attributes.get("value");
    if (name !== undefined && value !== undefined && /^[A-Z][A-Z0-9_]+$/.test(name)) this.#read(name, value);
    for (const inner of block.blocks) this.#readPairs(inner);
  }

  #entriesOf(expression: HclExpression | undefined): readonly (readonly [string, HclExpression])[] {
    const local = /^local\.([\w-]+)$/.exec(expression?.text.trim() ?? "")?.[1];
    const text = local === undefined ? undefined : this.#place.folder.locals.get(local);
    return objectEntries(text === undefined || expression === undefined ? expression : { ...expression, text });
  }

  #read(variable: string, value: HclExpression): void {
    const text = literal(value);
    if (text !== undefined) {
      if (kindOfText(text) !== undefined)
        this.#builder.variable(value.offset, variable, this.#expressions.address(this.#place, value.text));
      return;
    }
    const [address, ...others] = this.#expressions.referred(this.#place, value.text);
    const isOther = address?.by === "reference" && namesModule(address.reference);
    if (address === undefined || others.length > 0) return;
    if (!isOther || /queue|topic|stream|sqs|sns|kinesis/i.test(variable + value.text))
      this.#builder.variable(value.offset, variable, address);
  }
}
