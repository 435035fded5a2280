import { TextLines } from "../engine/text-lines.ts";
import { addressOfText, isMessagingAddress } from "./address.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { YamlValue } from "./yaml-value.ts";

const EMULATORS =
  /localstack|elasticmq|goaws|kinesalite|moto|ministack|fake-?sqs|fake-?sns|yopa|alpine-sqs|gosqs|local-?(kinesis|sqs|sns)|(sqs|sns)-local|s12v\/sns|kinesis-mock/i;

/** Whether a file is a Compose file. */
export function isCompose(name: string, text: string): boolean {
  return (
    /(^|\/)(docker-)?compose[\w.-]*\.ya?ml$/.test(name) || (/^services:/m.test(text) && /^[ \t]+image:/m.test(text))
  );
}

/** Reads what a Compose file says about messaging: emulators of AWS, and addresses in the environment of services. */
export function readCompose(file: string, text: string): FileInventory {
  const builder = new InventoryBuilder(file, "compose", new TextLines(text), file);
  for (const document of YamlValue.documents(text, builder.notParsed)) {
    for (const [name, service, offset] of document.at("services").entries) {
      const image = service.at("image").text ?? service.at("build").text ?? "";
      if (EMULATORS.test(image) || (image === "" && EMULATORS.test(name))) {
        builder.flag("LOCAL_EMULATOR", offset, `${name}: ${image}`);
        builder.remark(offset, `${name} emulates AWS (${image})`);
      }
      readEnvironment(builder, service.at("environment"));
    }
  }
  return builder.result;
}

function readEnvironment(builder: InventoryBuilder, environment: YamlValue): void {
  for (const [name, value, offset] of environment.entries) note(builder, name, value.text ?? "", offset);
  for (const item of environment.items) {
    const [name = "", value = ""] = (item.text ?? "").split(/=(.*)/s);
    note(builder, name, value, item.offset);
  }
}

function note(builder: InventoryBuilder, name: string, value: string, offset: number): void {
  const text = value.replace(/^\$\{\w+:?-(.*)\}$/, "$1");
  if (isMessagingAddress(text) || /(QUEUE|TOPIC|STREAM)_(NAME|URL|ARN)$/.test(name))
    builder.variable(offset, name, addressOfText(text));
}
