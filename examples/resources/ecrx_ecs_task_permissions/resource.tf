# The task role is another team's; this module brings what its code needs, and can take it away again
resource "ecrx_ecs_task_permissions" "orders" {
  role = "orders-staging-task"
  name = "orders-queues"

  permissions = {
    sqs_receive  = ["arn:aws:sqs:eu-west-1:111111111111:orders"]
    sqs_send     = ["arn:aws:sqs:eu-west-1:111111111111:invoices"]
    kms_key_arns = ["arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"]
  }
}
