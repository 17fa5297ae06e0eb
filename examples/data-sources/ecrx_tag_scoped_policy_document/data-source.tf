data "ecrx_tag_scoped_policy_document" "release" {
  access        = "pull_describe"
  resource_tags = { environment = "release" }

  repository_arns = ["arn:aws:ecr:*:111111111111:repository/*"]
}

# for aws_iam_role_policy, or any other tool that writes the policy
output "policy" {
  value = data.ecrx_tag_scoped_policy_document.release.json
}
