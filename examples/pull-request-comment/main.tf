# Who may do what, as a table that access.yml posts on the pull request. It needs no credentials.

data "ecrx_repository_policy_document" "web" {
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

data "ecrx_access_matrix" "web" {
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
    "team/web" = {
      arn         = "arn:aws:ecr:eu-west-1:111111111111:repository/team/web"
      policy_json = data.ecrx_repository_policy_document.web.json
    }
  }

  access = ["pull", "push"]
}

output "access" {
  description = "Who may do what, for the pull request."
  value       = data.ecrx_access_matrix.web.markdown
}
