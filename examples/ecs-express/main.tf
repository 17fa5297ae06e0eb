# A web service in Amazon ECS Express Mode, in three environments. Each has roles of its own, so that what staging may do says
# nothing about production.

locals {
  repositories = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/web"]
}

resource "ecrx_ecs_roles" "web" {
  for_each       = toset(["dev", "staging", "production"])
  service        = "web"
  environment    = each.key
  infrastructure = true

  execution = {
    repository_arns = local.repositories
    log_group_arns  = ["arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/web-${each.key}"]
  }

  task = {
    permissions = {
      s3_read = ["arn:aws:s3:::team-web-${each.key}"]
    }
  }
}

output "roles" {
  description = "For the service of each environment: execution_role_arn, infrastructure_role_arn and task_role_arn."
  value = {
    for environment, roles in ecrx_ecs_roles.web : environment => {
      execution_role_arn      = roles.execution_role.arn
      infrastructure_role_arn = roles.infrastructure_role.arn
      task_role_arn           = roles.task_role.arn
    }
  }
}
