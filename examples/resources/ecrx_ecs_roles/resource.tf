# The orders service pulls its image and reads its database's password; its code reads a queue and writes a table
resource "ecrx_ecs_roles" "orders" {
  service     = "orders"
  environment = "staging"

  execution = {
    repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/orders"]
    log_group_arns  = ["arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/orders"]
    secret_arns     = ["arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders/db-AbCdEf"]
  }

  task = {
    permissions = {
      sqs_receive    = ["arn:aws:sqs:eu-west-1:111111111111:orders"]
      dynamodb_write = ["arn:aws:dynamodb:eu-west-1:111111111111:table/orders"]
    }
  }
}

# For execution_role_arn and task_role_arn of aws_ecs_task_definition
output "orders_roles" {
  value = {
    execution_role_arn = ecrx_ecs_roles.orders.execution_role.arn
    task_role_arn      = ecrx_ecs_roles.orders.task_role.arn
  }
}
