import { addresses } from "./addresses.ts";
import { clientOptions } from "./client-options.ts";
import { commentTypes } from "./comment-types.ts";
import { dynamicNames } from "./dynamic-names.ts";
import { errorCodes } from "./error-codes.ts";
import { lambdaHandlers } from "./lambda-handlers.ts";
import { libraries } from "./libraries.ts";
import { publicApi } from "./public-api.ts";
import { rawHttp } from "./raw-http.ts";
import type { Rule } from "./rule.ts";
import { specifiers } from "./specifiers.ts";
import { unsupportedCalls } from "./unsupported-calls.ts";
import { v2Mocks } from "./v2-mocks.ts";
import { xRay } from "./x-ray.ts";

/** The rules that look at one script at a time. Adding a rule is one file and one line here. */
export const rules: Readonly<Record<string, Rule>> = {
  specifiers,
  "comment-types": commentTypes,
  "dynamic-names": dynamicNames,
  "public-api": publicApi,
  "client-options": clientOptions,
  libraries,
  "x-ray": xRay,
  "v2-mocks": v2Mocks,
  "unsupported-calls": unsupportedCalls,
  "lambda-handlers": lambdaHandlers,
  addresses,
  "error-codes": errorCodes,
  "raw-http": rawHttp,
};
