# Tasks on AWS Fargate in private subnets pull their image without a way to the internet: the endpoints, the execution role that
# pulls through them alone, and the proof of both together.

variable "vpc_id" {
  description = "The VPC, such as vpc-0123456789abcdef0."
  type        = string
}

variable "subnet_ids" {
  description = "The private subnets of the tasks, one for each zone."
  type        = set(string)
}

variable "route_table_ids" {
  description = "The route tables of the subnets."
  type        = set(string)
}

variable "cidr_block" {
  description = "The block of the VPC, such as 10.0.0.0/16."
  type        = string
}

locals {
  repository_arn = "arn:aws:ecr:eu-west-1:111111111111:repository/team/web"
}

resource "ecrx_private_endpoints" "web" {
  vpc_id          = var.vpc_id
  subnet_ids      = var.subnet_ids
  route_table_ids = var.route_table_ids
  compute         = ["fargate"]

  security_group = {
    ingress_cidr_blocks = [var.cidr_block]
  }

  # Nothing but this repository is pulled through the endpoints.
  repository_arns = [local.repository_arn]
}

# The role pulls through these endpoints, and from nowhere else.
resource "ecrx_ecs_roles" "web" {
  service     = "web"
  environment = "production"

  execution = {
    repository_arns = [local.repository_arn]
    source_vpce_ids = [
      ecrx_private_endpoints.web.endpoints["ecr.api"].id,
      ecrx_private_endpoints.web.endpoints["ecr.dkr"].id,
    ]
  }
}

# The apply fails when the role can't pull through what is there. It is read after the apply of what could be at fault, so that a plan
# that repairs something isn't stopped by what it repairs.
data "ecrx_private_endpoints_diagnosis" "web" {
  depends_on = [ecrx_private_endpoints.web, ecrx_ecs_roles.web]

  vpc_id     = var.vpc_id
  subnet_ids = var.subnet_ids
  compute    = ["fargate"]
  fail_on    = "error"

  pulls = {
    web = {
      principal_arn     = ecrx_ecs_roles.web.execution_role.arn
      repository_arns   = [local.repository_arn]
      identity_policies = [ecrx_ecs_roles.web.execution_role.policy_json]
    }
  }
}

output "report" {
  description = "What the endpoints let through, and what is missing, as Markdown."
  value       = data.ecrx_private_endpoints_diagnosis.web.markdown
}
