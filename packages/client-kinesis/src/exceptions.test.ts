import * as sdk from "@aws-sdk/client-kinesis";
import { OperationError, toServiceException } from "@warrenmq/core/internal";
import { describe, expect, it } from "vitest";
import { kinesisExceptions } from "./exceptions.ts";

/** Names of the modelled errors: in the SDK's schemas an error is `[-3, namespace, name, traits, …]`. */
function modelledErrors(): [name: string, traits: object][] {
  const schemas: unknown[] = Object.values(sdk);
  return schemas.flatMap((schema): [string, object][] => {
    if (!Array.isArray(schema) || schema[0] !== -3 || schema[2] === "KinesisServiceException") return [];
    return [[String(schema[2]), Object(schema[3])]];
  });
}

describe("the table of exceptions", () => {
  it("agrees with the SDK's schemas in names and faults", () => {
    const fromSchemas = modelledErrors();
    expect(fromSchemas.length).toBeGreaterThan(15);
    expect(Object.keys(kinesisExceptions.modelled).toSorted()).toEqual(
      fromSchemas.map(([name]) => name).toSorted((left, right) => (left < right ? -1 : 1)),
    );
    for (const [name, traits] of fromSchemas) {
      const status: unknown =
        Reflect.get(traits, "httpError") ?? (Reflect.get(traits, "error") === "server" ? 500 : 400);
      expect(kinesisExceptions.modelled[name]?.httpStatus).toBe(status);
      expect(kinesisExceptions.modelled[name]?.exception.name).toBe(name);
    }
  });
});

it("an error is an instance of the SDK's class", () => {
  const failure = new OperationError("ResourceNotFoundException", "Stream a under account b not found.");
  const error = toServiceException(failure, kinesisExceptions, "id", "PutRecord");
  expect(error).toBeInstanceOf(sdk.ResourceNotFoundException);
  expect(error).toMatchObject({
    name: "ResourceNotFoundException",
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
  });
  expect(error).not.toHaveProperty("Code");
});
