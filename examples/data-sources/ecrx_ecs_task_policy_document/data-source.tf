data "ecrx_ecs_task_policy_document" "orders" {
  permissions = {
    sqs_receive    = ["arn:aws:sqs:eu-west-1:111111111111:orders"]
    dynamodb_read  = ["arn:aws:dynamodb:eu-west-1:111111111111:table/orders"]
    dynamodb_write = ["arn:aws:dynamodb:eu-west-1:111111111111:table/orders"]
    s3_read        = ["arn:aws:s3:::orders-data/reports/*"]
    kms_key_arns   = ["arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"]

    # for what has no attribute of its own
    statements = [
      {
        actions   = ["sns:Publish"]
        resources = ["arn:aws:sns:eu-west-1:111111111111:orders-shipped"]
      },
    ]
  }
}

# for aws_iam_role_policy, or any other tool that writes the policy
output "policy" {
  value = data.ecrx_ecs_task_policy_document.orders.json
}
