# What the tasks of a front end may do, a document for each service that they use. Each stands in the place of a copy of a
# FullAccess policy: it has the calls that the application makes, on its own resources of one environment.

locals {
  here   = "${var.region}:${var.account}"
  suffix = lower(var.environment)
  bucket = "arn:aws:s3:::frontend-${local.suffix}"
}

# in the place of cloudformation:* on *
data "ecrx_ecs_task_policy_document" "cloudformation" {
  permissions = {
    cloudformation_read = ["arn:aws:cloudformation:${local.here}:stack/frontend-${local.suffix}"]
  }
}

# In the place of s3:* on the objects of the bucket alone, with which the bucket can't be listed.
data "ecrx_ecs_task_policy_document" "s3" {
  permissions = {
    s3_read  = [local.bucket]
    s3_write = ["${local.bucket}/uploads/*"]
  }
}

# In the place of sqs:* on *. The front end only sends.
data "ecrx_ecs_task_policy_document" "sqs" {
  permissions = {
    sqs_send = ["arn:aws:sqs:${local.here}:orders-${local.suffix}"]
  }
}

# In the place of elasticache:* on *, which manages caches. A login is to the cache and as a user.
data "ecrx_ecs_task_policy_document" "elasticache" {
  permissions = {
    elasticache_connect = [
      "arn:aws:elasticache:${local.here}:replicationgroup:sessions-${local.suffix}",
      "arn:aws:elasticache:${local.here}:user:frontend",
    ]
    elasticache_describe = ["arn:aws:elasticache:${local.here}:replicationgroup:sessions-${local.suffix}"]
  }
}

# In the place of ssm:*, logs:* and ec2messages:* on *, which are for machines that Systems Manager manages.
data "ecrx_ecs_task_policy_document" "ssm" {
  permissions = {
    ssm_parameters     = ["arn:aws:ssm:${local.here}:parameter/frontend/${local.suffix}/*"]
    ecs_exec           = true
    cloudwatch_metrics = ["Frontend"]
    logs_write         = ["arn:aws:logs:${local.here}:log-group:/ecs/frontend-${local.suffix}"]
  }
}

# what starts a task, in the place of AmazonECSTaskExecutionRolePolicy
data "ecrx_ecs_execution_policy_document" "frontend" {
  repository_arns = ["arn:aws:ecr:${local.here}:repository/team/frontend"]
  log_group_arns  = ["arn:aws:logs:${local.here}:log-group:/ecs/frontend-${local.suffix}"]
  parameter_arns  = ["arn:aws:ssm:${local.here}:parameter/frontend/${local.suffix}/*"]
}

output "task_policies" {
  description = "Inline policies of the task role, by name."
  value = {
    cloudformation = data.ecrx_ecs_task_policy_document.cloudformation.json
    elasticache    = data.ecrx_ecs_task_policy_document.elasticache.json
    s3             = data.ecrx_ecs_task_policy_document.s3.json
    sqs            = data.ecrx_ecs_task_policy_document.sqs.json
    ssm            = data.ecrx_ecs_task_policy_document.ssm.json
  }
}

output "execution_policy" {
  description = "Inline policy of the execution role."
  value       = data.ecrx_ecs_execution_policy_document.frontend.json
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
