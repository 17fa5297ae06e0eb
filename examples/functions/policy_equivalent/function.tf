locals {
  reviewed = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Sid       = "AllowPull"
      Effect    = "Allow"
      Principal = { AWS = "222222222222" }
      Action    = ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
    }
  })

  generated = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AllowPull"
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::222222222222:root"] }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}

# true: they are written differently, and mean the same.
output "as_reviewed" {
  value = provider::ecrx::policy_equivalent(local.reviewed, local.generated)
}
