variable "image" {
  type    = string
  default = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2.3"
}

locals {
  image = provider::ecrx::parse_image_uri(var.image)
}

# arn:aws:ecr:eu-west-1:111111111111:repository/team/app
output "repository_arn" {
  value = local.image.repository_arn
}

# 1.2.3
output "tag" {
  value = local.image.tag
}
