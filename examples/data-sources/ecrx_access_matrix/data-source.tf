data "ecrx_repository_policy_document" "app" {
  grants = {
    DevelopmentOU = {
      access             = "pull"
      organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]
    }
    Release = {
      access         = "push_pull"
      principal_arns = ["arn:aws:iam::222222222222:role/release"]
    }
  }
}

data "ecrx_access_matrix" "app" {
  principals = {
    development = {
      arn               = "arn:aws:iam::222222222222:role/web"
      organization_path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
    }
    production = {
      arn               = "arn:aws:iam::333333333333:role/web"
      organization_path = "o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/"
    }
    release = {
      arn               = "arn:aws:iam::222222222222:role/release"
      organization_path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
    }
  }

  repositories = {
    "team/app" = {
      arn         = "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"
      policy_json = data.ecrx_repository_policy_document.app.json
    }
  }

  access = ["pull", "push"]
}

# | Principal | team/app: pull | team/app: push |
output "table" {
  value = data.ecrx_access_matrix.app.markdown
}

output "who_may_push" {
  value = [for name, repositories in data.ecrx_access_matrix.app.cells : name if repositories["team/app"]["push"] == "Allowed"]
}
