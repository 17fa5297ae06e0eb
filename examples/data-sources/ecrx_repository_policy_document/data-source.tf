data "ecrx_repository_policy_document" "app" {
  region = "eu-west-1"

  grants = {
    DevelopmentOU = {
      access             = "pull"
      organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]
    }
    Functions = {
      lambda = { accounts = ["222222222222"] }
    }
  }
}

# for aws_ecr_repository_policy, or any other tool that writes the policy
output "policy" {
  value = data.ecrx_repository_policy_document.app.json
}
