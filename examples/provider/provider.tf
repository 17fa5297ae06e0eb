terraform {
  required_version = ">= 1.8"
  required_providers {
    ecrx = {
      source = "ecrx/ecrx"
    }
  }
}

# The arguments of provider "aws", with the same meaning.
provider "ecrx" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
  organization_id     = "o-a1b2c3d4e5"

  assume_role {
    role_arn     = "arn:aws:iam::111111111111:role/terraform"
    session_name = "ecrx"
  }

  default_tags {
    tags = {
      owner = "platform"
    }
  }
}
