data "ecrx_private_endpoints_diagnosis" "web" {
  vpc_id             = "vpc-0a1b2c3d4e5f60718"
  subnet_ids         = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"]
  security_group_ids = ["sg-0a1b2c3d4e5f60718"]
  compute            = ["fargate"]
  include            = ["secretsmanager"]

  pulls = {
    web = {
      principal_arn     = "arn:aws:iam::111111111111:role/web-production-execution"
      repository_arns   = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/web"]
      identity_policies = [data.ecrx_ecs_execution_policy_document.web.minified_json]
    }
  }
}

data "ecrx_ecs_execution_policy_document" "web" {
  repository_arns = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/web"]
  source_vpc_ids  = ["vpc-0a1b2c3d4e5f60718"]
}

# For a comment on the pull request.
output "report" {
  value = data.ecrx_private_endpoints_diagnosis.web.markdown
}

# fail_on = "error" stops the plan. In a check it warns, and the plan goes on.
check "private_network" {
  data "ecrx_private_endpoints_diagnosis" "gate" {
    vpc_id     = "vpc-0a1b2c3d4e5f60718"
    subnet_ids = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"]
    compute    = ["ecs_ec2"]
    exclude    = ["logs"]
    fail_on    = "error"
  }
  assert {
    condition     = length(data.ecrx_private_endpoints_diagnosis.gate.findings) == 0
    error_message = join("\n\n", data.ecrx_private_endpoints_diagnosis.gate.findings[*].message)
  }
}
