import { keepingProcessAlive, type OperationTable } from "@warrenmq/core/internal";
import { confirmSubscription } from "./confirm-subscription.ts";
import type { SnsContext } from "./context.ts";
import { createTopic } from "./create-topic.ts";
import { getDataProtectionPolicy, putDataProtectionPolicy } from "./data-protection-policy.ts";
import { deleteTopic } from "./delete-topic.ts";
import { getSubscriptionAttributes } from "./get-subscription-attributes.ts";
import { getTopicAttributes } from "./get-topic-attributes.ts";
import { listSubscriptions, listSubscriptionsByTopic } from "./list-subscriptions.ts";
import { listTopics } from "./list-topics.ts";
import { addPermission, removePermission } from "./permissions.ts";
import { publishBatch } from "./publish-batch.ts";
import { publish } from "./publish.ts";
import { refusedOperations } from "./refused.ts";
import { setSubscriptionAttributes } from "./set-subscription-attributes.ts";
import { setTopicAttributes } from "./set-topic-attributes.ts";
import { subscribe } from "./subscribe.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";
import { unsubscribe } from "./unsubscribe.ts";

/**
 * The operations of Amazon SNS on RabbitMQ, all 42 of `@aws-sdk/client-sns`. docs/support/sns.md is printed from this
 * table. Adding an operation is one file and one line here.
 */
export const operations: OperationTable<SnsContext> = keepingProcessAlive(
  {
    ...refusedOperations,
    AddPermission: addPermission,
    ConfirmSubscription: confirmSubscription,
    CreateTopic: createTopic,
    DeleteTopic: deleteTopic,
    GetDataProtectionPolicy: getDataProtectionPolicy,
    GetSubscriptionAttributes: getSubscriptionAttributes,
    GetTopicAttributes: getTopicAttributes,
    ListSubscriptions: listSubscriptions,
    ListSubscriptionsByTopic: listSubscriptionsByTopic,
    ListTagsForResource: listTagsForResource,
    ListTopics: listTopics,
    Publish: publish,
    PublishBatch: publishBatch,
    PutDataProtectionPolicy: putDataProtectionPolicy,
    RemovePermission: removePermission,
    SetSubscriptionAttributes: setSubscriptionAttributes,
    SetTopicAttributes: setTopicAttributes,
    Subscribe: subscribe,
    TagResource: tagResource,
    Unsubscribe: unsubscribe,
    UntagResource: untagResource,
  },
  (context) => context.sns.broker,
);
