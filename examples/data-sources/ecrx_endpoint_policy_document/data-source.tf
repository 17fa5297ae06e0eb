# The execution role of one service pulls the images of one team, and nobody deletes a repository through the endpoints.
data "ecrx_endpoint_policy_document" "pull" {
  repository_arns     = ["arn:aws:ecr:eu-west-1:111111111111:repository/team/*"]
  principal_arns      = ["arn:aws:iam::111111111111:role/web-execution"]
  protect_from_delete = ["arn:aws:ecr:eu-west-1:111111111111:repository/*"]
}

# Build machines of the organization push and pull, whatever repository it is that they are allowed.
data "ecrx_endpoint_policy_document" "build" {
  access           = "push_pull"
  organization_ids = ["o-a1b2c3d4e5"]
}

# for aws_vpc_endpoint: one document for ecr.api and ecr.dkr
output "policies" {
  value = {
    pull  = data.ecrx_endpoint_policy_document.pull.json
    build = data.ecrx_endpoint_policy_document.build.json
  }
}
