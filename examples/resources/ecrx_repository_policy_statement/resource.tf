resource "ecrx_repository_policy_statement" "scanner" {
  repository = "team/app"

  statement_json = jsonencode({
    Sid       = "ScannerPull"
    Effect    = "Allow"
    Principal = { AWS = "arn:aws:iam::222222222222:root" }
    Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    Condition = {
      ArnEquals = { "aws:PrincipalArn" = "arn:aws:iam::222222222222:role/scanner" }
    }
  })
}
