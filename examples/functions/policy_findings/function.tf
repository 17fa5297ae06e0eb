locals {
  # Anybody in the world may pull: there is no condition beside the wildcard principal.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AllowPull"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}

output "findings" {
  value = provider::ecrx::policy_findings(local.policy, "repository")
}
