data "ecrx_ecs_execution_policy_document" "orders" {
  repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/orders"]
  log_group_arns  = ["arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/orders"]
  secret_arns     = ["arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders/db-AbCdEf"]

  # Images come through this VPC endpoint only. The login and the log don't go through it on Fargate, and stay free.
  source_vpce_ids = ["vpce-0a1b2c3d4e5f60718"]
}

# for aws_iam_role_policy, or any other tool that writes the policy
output "policy" {
  value = data.ecrx_ecs_execution_policy_document.orders.json
}
