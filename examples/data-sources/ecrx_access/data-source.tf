data "ecrx_repository_policy_document" "app" {
  grants = {
    DevelopmentOU = {
      access             = "pull"
      organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]
    }
  }
}

# The plan fails, with the reasons, when one of these isn't so.
data "ecrx_access" "app" {
  policies = {
    repository = [data.ecrx_repository_policy_document.app.json]
  }

  requests = {
    development_pulls = {
      principal_arn     = "arn:aws:iam::222222222222:role/web"
      organization_path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-33333333/"
      access            = "pull"
      repository_arn    = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
      expect            = "allowed"
    }
    production_stays_out = {
      principal_arn     = "arn:aws:iam::333333333333:role/web"
      organization_path = "o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/"
      access            = "pull"
      repository_arn    = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
      expect            = "denied"
    }
    nobody_pushes = {
      principal_arn     = "arn:aws:iam::222222222222:role/web"
      organization_path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
      action            = "ecr:PutImage"
      repository_arn    = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
      expect            = "denied"
    }
  }
}

# why production_stays_out: "statement DevelopmentOU of the repository policy needs an OU path that matches …"
output "reasons" {
  value = { for name, result in data.ecrx_access.app.results : name => result.reasons }
}
