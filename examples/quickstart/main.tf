# A repository that every account of an organizational unit may pull from.

variable "organization_id" {
  description = "Id of your organization."
  type        = string
  default     = "o-a1b2c3d4e5"
}

variable "organizational_unit_id" {
  description = "Id of the organizational unit whose accounts may pull."
  type        = string
  default     = "ou-ab12-11111111"
}

provider "ecrx" {
  organization_id = var.organization_id
}

resource "ecrx_org_shared_repository" "app" {
  name = "quickstart/app"

  grants = {
    DevelopmentOU = {
      access                = "pull"
      organization_unit_ids = [var.organizational_unit_id]
    }
  }

  retention = {
    keep_last     = 50
    untagged_days = 7
  }
}
