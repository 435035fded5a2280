import type { Address } from "../inventory.ts";
import type { Expressions, Place } from "./expressions.ts";
import type { HclBlock } from "./hcl-file.ts";

/** Where a queue's messages go that nobody could handle, and after how many attempts. */
export function redriveOf(
  expressions: Expressions,
  place: Place,
  block: HclBlock,
): { deadLetterTarget?: Address; maxReceiveCount?: number } {
  const policy = block.attributes.get("redrive_policy")?.text;
  const target = deadLetterTarget(policy);
  const count = /maxReceiveCount\\?"?\s*[=:]\s*\\?"?([\w.]+)/.exec(policy ?? "")?.[1];
  const number = Number(expressions.text(place, count));
  return {
    ...(target === undefined ? {} : { deadLetterTarget: expressions.address(place, target, block, "queue") }),
    ...(Number.isInteger(number) ? { maxReceiveCount: number } : {}),
  };
}

/** The queue in a redrive policy, written as an object, as JSON or as JSON in a string. */
export function deadLetterTarget(policy: string | undefined): string | undefined {
  return /deadLetterTargetArn\\?"?\s*[=:]\s*([^\n,}]+\}?)/.exec(policy ?? "")?.[1];
}
