# What the tasks of a back end may do, a document for each service that they use. Each stands in the place of a copy of a
# FullAccess policy: it has the calls that the application makes, on its own resources of one environment, and none of those
# that delete queues, tables, databases and stacks, create functions or hand on rights.

locals {
  here   = "${var.region}:${var.account}"
  suffix = lower(var.environment)
}

# in the place of cloudformation:* on *
data "ecrx_ecs_task_policy_document" "cloudformation" {
  permissions = {
    cloudformation_read = ["arn:aws:cloudformation:${local.here}:stack/backend-${local.suffix}"]
  }
}

# in the place of sqs:* on *
data "ecrx_ecs_task_policy_document" "sqs" {
  permissions = {
    sqs_send    = ["arn:aws:sqs:${local.here}:orders-${local.suffix}"]
    sqs_receive = ["arn:aws:sqs:${local.here}:orders-${local.suffix}"]
  }
}

# in the place of dynamodb:*, dax:*, and what surrounds them in AmazonDynamoDBFullAccess, on *
data "ecrx_ecs_task_policy_document" "dynamodb" {
  permissions = {
    dynamodb_read  = ["arn:aws:dynamodb:${local.here}:table/orders-${local.suffix}"]
    dynamodb_write = ["arn:aws:dynamodb:${local.here}:table/orders-${local.suffix}"]
    dax            = ["arn:aws:dax:${local.here}:cache/orders-${local.suffix}"]
  }
}

# In the place of rds:* on *, which manages databases and doesn't log in to one.
data "ecrx_ecs_task_policy_document" "rds" {
  permissions = {
    rds_connect  = ["arn:aws:rds-db:${local.here}:dbuser:db-ABCDEFGHIJKL01234/backend"]
    rds_describe = ["arn:aws:rds:${local.here}:db:orders-${local.suffix}"]
  }
}

# In the place of ssm:*, logs:* and ec2messages:* on *, which are for machines that Systems Manager manages.
data "ecrx_ecs_task_policy_document" "ssm" {
  permissions = {
    ssm_parameters     = ["arn:aws:ssm:${local.here}:parameter/backend/${local.suffix}/*"]
    ecs_exec           = true
    cloudwatch_metrics = ["Backend"]
    logs_write         = ["arn:aws:logs:${local.here}:log-group:/ecs/backend-${local.suffix}"]
  }
}

# what starts a task, in the place of AmazonECSTaskExecutionRolePolicy
data "ecrx_ecs_execution_policy_document" "backend" {
  repository_arns = ["arn:aws:ecr:${local.here}:repository/team/backend"]
  log_group_arns  = ["arn:aws:logs:${local.here}:log-group:/ecs/backend-${local.suffix}"]
  parameter_arns  = ["arn:aws:ssm:${local.here}:parameter/backend/${local.suffix}/*"]
}

output "task_policies" {
  description = "Inline policies of the task role, by name."
  value = {
    cloudformation = data.ecrx_ecs_task_policy_document.cloudformation.json
    dynamodb       = data.ecrx_ecs_task_policy_document.dynamodb.json
    rds            = data.ecrx_ecs_task_policy_document.rds.json
    sqs            = data.ecrx_ecs_task_policy_document.sqs.json
    ssm            = data.ecrx_ecs_task_policy_document.ssm.json
  }
}

output "execution_policy" {
  description = "Inline policy of the execution role."
  value       = data.ecrx_ecs_execution_policy_document.backend.json
}

variable "environment" {
  description = "Dev, Staging or Production. Each has resources of its own, and roles that reach no other's."
  type        = string
  default     = "Staging"

  validation {
    condition     = contains(["Dev", "Staging", "Production"], var.environment)
    error_message = "Write Dev, Staging or Production."
  }
}

variable "region" {
  description = "Where the service runs."
  type        = string
  default     = "eu-west-1"
}

variable "account" {
  description = "Id of the account that the service runs in."
  type        = string
  default     = "111111111111"
}
