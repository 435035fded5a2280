import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { OperationError } from "@warrenmq/core/internal";
import type { SnsContext } from "../operations/context.ts";
import { confirmByUrl } from "../operations/confirm-subscription.ts";
import { unsubscribeByUrl } from "../operations/unsubscribe.ts";

const ANY_HOST = "http://localhost";
const NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";

/** What the listener serves. */
export interface ActionListenerParts {
  readonly host: string;
  readonly port: number;
  readonly certificate: string;
  readonly certificatePath: string;
  readonly newContext: () => SnsContext;
}

/**
 * Answers the addresses that stand in documents: `SubscribeURL`, `UnsubscribeURL` and `SigningCertURL`. Each is a GET, as
 * with AWS.
 */
export async function startActionListener(parts: ActionListenerParts): Promise<Server> {
  const server = createServer((request, response) => {
    answer(parts, request).then(
      (reply) => send(response, reply),
      (error: unknown) => send(response, errorReply(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(parts.port, parts.host, resolve);
  });
  return server;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function answer(parts: ActionListenerParts, request: IncomingMessage): Promise<Reply> {
  if (request.method !== "GET") return text(405, "Only GET is served here.");
  const address = request.url ?? "/";
  if (!URL.canParse(address, ANY_HOST)) return text(400, "Not an address.");
  const url = new URL(address, ANY_HOST);
  if (url.pathname === parts.certificatePath) {
    return { status: 200, type: "application/x-pem-file", body: parts.certificate };
  }
  const parameters = url.searchParams;
  const action = parameters.get("Action");
  if (action === "ConfirmSubscription") return confirm(parts.newContext(), parameters);
  if (action === "Unsubscribe") return cancel(parts.newContext(), parameters);
  return text(404, "Not found.");
}

async function confirm(context: SnsContext, parameters: URLSearchParams): Promise<Reply> {
  const { SubscriptionArn = "" } = await confirmByUrl(context, {
    TopicArn: parameters.get("TopicArn") ?? undefined,
    Token: parameters.get("Token") ?? undefined,
    AuthenticateOnUnsubscribe: parameters.get("AuthenticateOnUnsubscribe") ?? undefined,
  });
  const result = `<ConfirmSubscriptionResult><SubscriptionArn>${escape(SubscriptionArn)}</SubscriptionArn></ConfirmSubscriptionResult>`;
  return xml(200, `<ConfirmSubscriptionResponse xmlns="${NAMESPACE}">${result}</ConfirmSubscriptionResponse>`);
}

async function cancel(context: SnsContext, parameters: URLSearchParams): Promise<Reply> {
  await unsubscribeByUrl(context, { SubscriptionArn: parameters.get("SubscriptionArn") ?? undefined });
  return xml(200, `<UnsubscribeResponse xmlns="${NAMESPACE}"/>`);
}

function errorReply(error: unknown): Reply {
  if (!(error instanceof OperationError)) return text(503, "The broker does not answer. Try again later.");
  const code = escape(error.name.replace(/Exception$/, ""));
  const status = error.name === "NotFoundException" ? 404 : error.name === "AuthorizationErrorException" ? 403 : 400;
  return xml(
    status,
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escape(error.message)}</Message></Error></ErrorResponse>`,
  );
}

function xml(status: number, body: string): Reply {
  return { status, type: "text/xml", body };
}

function text(status: number, body: string): Reply {
  return { status, type: "text/plain", body };
}

function send(response: ServerResponse, { status, type, body }: Reply): void {
  response.writeHead(status, { "content-type": type }).end(body);
}

function escape(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
