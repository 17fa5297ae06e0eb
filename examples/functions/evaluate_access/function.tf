locals {
  decided = provider::ecrx::evaluate_access(jsonencode({
    v = 1
    request = {
      principal       = "arn:aws:iam::111111111111:role/service-role/api"
      action          = "ecr:BatchGetImage"
      resource        = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
      resourceAccount = "111111111111"
      context         = { "aws:PrincipalArn" = "arn:aws:iam::111111111111:role/service-role/api" }
    }
    identityPolicies = [{
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "ecr:*", Resource = "*" }]
    }]
    resourcePolicy = {
      Version = "2012-10-17"
      Statement = [{
        Sid       = "DenyOthers"
        Effect    = "Deny"
        Principal = "*"
        Action    = "ecr:*"
        Condition = { ArnNotLike = { "aws:PrincipalArn" = "arn:aws:iam::111111111111:role/service-role/web" } }
      }]
    }
  }))
}

# "ExplicitlyDenied": the role may do everything, and the repository keeps it out.
output "decision" {
  value = local.decided.decision
}

output "reasons" {
  value = local.decided.reasons
}
