import type { Operation, OperationTable } from "@warrenmq/core/internal";
import { unsupported } from "../model/errors.ts";
import type { SnsContext } from "./context.ts";

const TEXT_MESSAGES = "Subscribe an SQS queue to a topic and send the text messages from its consumer.";
const PUSH = "Subscribe an SQS queue to a topic and call the push service from its consumer.";

/** The operations of Amazon SNS that are about text messages and mobile push. They fail before anything is sent. */
export const refusedOperations: OperationTable<SnsContext> = {
  CheckIfPhoneNumberIsOptedOut: refused("CheckIfPhoneNumberIsOptedOut", TEXT_MESSAGES),
  CreatePlatformApplication: refused("CreatePlatformApplication", PUSH),
  CreatePlatformEndpoint: refused("CreatePlatformEndpoint", PUSH),
  CreateSMSSandboxPhoneNumber: refused("CreateSMSSandboxPhoneNumber", TEXT_MESSAGES),
  DeleteEndpoint: refused("DeleteEndpoint", PUSH),
  DeletePlatformApplication: refused("DeletePlatformApplication", PUSH),
  DeleteSMSSandboxPhoneNumber: refused("DeleteSMSSandboxPhoneNumber", TEXT_MESSAGES),
  GetEndpointAttributes: refused("GetEndpointAttributes", PUSH),
  GetPlatformApplicationAttributes: refused("GetPlatformApplicationAttributes", PUSH),
  GetSMSAttributes: refused("GetSMSAttributes", TEXT_MESSAGES),
  GetSMSSandboxAccountStatus: refused("GetSMSSandboxAccountStatus", TEXT_MESSAGES),
  ListEndpointsByPlatformApplication: refused("ListEndpointsByPlatformApplication", PUSH),
  ListOriginationNumbers: refused("ListOriginationNumbers", TEXT_MESSAGES),
  ListPhoneNumbersOptedOut: refused("ListPhoneNumbersOptedOut", TEXT_MESSAGES),
  ListPlatformApplications: refused("ListPlatformApplications", PUSH),
  ListSMSSandboxPhoneNumbers: refused("ListSMSSandboxPhoneNumbers", TEXT_MESSAGES),
  OptInPhoneNumber: refused("OptInPhoneNumber", TEXT_MESSAGES),
  SetEndpointAttributes: refused("SetEndpointAttributes", PUSH),
  SetPlatformApplicationAttributes: refused("SetPlatformApplicationAttributes", PUSH),
  SetSMSAttributes: refused("SetSMSAttributes", TEXT_MESSAGES),
  VerifySMSSandboxPhoneNumber: refused("VerifySMSSandboxPhoneNumber", TEXT_MESSAGES),
};

function refused(name: string, instead: string): Operation<SnsContext, unknown, never> {
  return {
    status: "unsupported",
    difference: instead,
    run: () => Promise.reject(unsupported(name, instead)),
  };
}
